package io.loadshare.transport.jsch;

import java.io.IOException;
import java.io.OutputStream;

/** Bytes to and from an SSH server: a socket, or a channel through a jump host. */
interface Link {

    /**
     * As {@link java.io.InputStream#read(byte[], int, int)}.
     *
     * @param timeoutMillis 0 for ever
     * @throws java.net.SocketTimeoutException if nothing came in time
     */
    int read(byte[] bytes, int offset, int count, int timeoutMillis) throws IOException;

    OutputStream output();

    /** Closes it at once; calls that wait on it fail. Never waits itself. */
    void abort();
}
