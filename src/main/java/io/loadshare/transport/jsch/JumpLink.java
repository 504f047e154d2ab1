package io.loadshare.transport.jsch;

import io.loadshare.transport.Pipe;
import java.io.IOException;
import java.io.OutputStream;

/** A link through a channel of a connection to a jump host. */
record JumpLink(Connection jump, Pipe input, OutputStream output) implements Link {

    @Override
    public int read(byte[] bytes, int offset, int count, int timeoutMillis) throws IOException {
        return input.read(bytes, offset, count, timeoutMillis);
    }

    /** Closes the connection to the jump host as well, which serves only this link. */
    @Override
    public void abort() {
        input.breakOff(new IOException("the way through the jump host is closed"));
        jump.abort("it was closed here");
    }
}
