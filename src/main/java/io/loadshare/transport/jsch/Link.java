package io.loadshare.transport.jsch;

import java.io.IOException;
import java.io.OutputStream;

/** A byte stream to and from an SSH server: a socket, or a channel through a jump host. */
interface Link {

    /**
     * Reads like {@link java.io.InputStream#read(byte[], int, int)}.
     *
     * @param timeoutMillis 0 for no limit
     * @throws java.net.SocketTimeoutException if no data arrives in time
     */
    int read(byte[] bytes, int offset, int count, int timeoutMillis) throws IOException;

    OutputStream output();

    /** Closes the link at once, without waiting; calls that wait on it fail. */
    void abort();
}
