package io.loadshare.transport.jsch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** A link by TCP. */
final class SocketLink implements Link {

    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;

    SocketLink(Socket socket) throws IOException {
        this.socket = socket;
        this.input = socket.getInputStream();
        this.output = socket.getOutputStream();
    }

    @Override
    public int read(byte[] bytes, int offset, int count, int timeoutMillis) throws IOException {
        socket.setSoTimeout(timeoutMillis);
        return input.read(bytes, offset, count);
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void abort() {
        closeQuietly(socket);
    }

    static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // The socket is gone in either case.
        }
    }
}
