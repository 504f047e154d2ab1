package io.loadshare.transport;

import java.io.InputStream;
import java.io.OutputStream;

/** A started command. Read stdout and stderr at the same time; otherwise a full pipe blocks it. */
public interface RemoteProcess extends AutoCloseable {

    OutputStream stdin();

    InputStream stdout();

    InputStream stderr();

    /**
     * Returns how many of the last bytes of stderr are not the command's, but words of the program that connected us.
     * Known at the end of stderr.
     */
    default int foreignErrors() {
        return 0;
    }

    /**
     * Waits for the end and returns the exit status; 128+N after signal N.
     *
     * @throws TransportException if the command has not ended by the deadline, or the connection is lost before the
     *     status arrives
     */
    int waitFor(Deadline deadline);

    /** Releases the process: closes the streams and the channel. This does not kill the remote command. */
    @Override
    void close();
}
