package io.loadshare.transport;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * A started command. Read stdout and stderr at the same time, or a full pipe stops it.
 */
public interface RemoteProcess extends AutoCloseable {

    OutputStream stdin();

    InputStream stdout();

    InputStream stderr();

    /**
     * Waits for the end and gives the exit status, 128+N after signal N.
     *
     * @throws TransportException if it has not ended by the deadline, or the connection is lost before its status came
     */
    int waitFor(Deadline deadline);

    /** Lets go of it: closes the streams and the channel. The remote command is not killed by that. */
    @Override
    void close();
}
