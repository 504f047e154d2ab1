package io.loadshare.cli.console;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A filter that passes keys typed at our terminal to a job, except for those meant for this program, as in {@code ssh}:
 * at the beginning of a line, {@code ~.} disconnects from the host, whose job gets a hangup, and {@code ~} with Ctrl-Z
 * stops this program; {@code ~~} is one {@code ~}. All other keys go to the job, even if its host is dead.
 */
public final class EscapeKeys extends FilterOutputStream {

    private static final char ESCAPE = '~';
    private static final char CTRL_Z = 0x1a;

    private final Runnable letGo;
    private final Runnable stop;
    private boolean atBeginning = true;
    private boolean escaped;

    public EscapeKeys(OutputStream job, Runnable letGo, Runnable stop) {
        super(job);
        this.letGo = letGo;
        this.stop = stop;
    }

    @Override
    public void write(int key) throws IOException {
        write(new byte[] {(byte) key}, 0, 1);
    }

    @Override
    public void write(byte[] keys, int offset, int count) throws IOException {
        int from = offset;
        for (int i = offset; i < offset + count; i++) {
            if (escaped) {
                from = keys[i] == '.' || keys[i] == CTRL_Z ? i + 1 : i;
                afterEscape(keys[i]);
            } else if (atBeginning && keys[i] == ESCAPE) {
                out.write(keys, from, i - from);
                from = i + 1;
                escaped = true;
            } else {
                atBeginning = keys[i] == '\r' || keys[i] == '\n';
            }
        }
        out.write(keys, from, offset + count - from);
    }

    private void afterEscape(byte key) throws IOException {
        escaped = false;
        switch (key) {
            case '.' -> letGo.run();
            case CTRL_Z -> stop.run();
            default -> {
                if (key != ESCAPE) {
                    out.write(new byte[] {ESCAPE}, 0, 1);
                }
                atBeginning = key == '\r' || key == '\n';
            }
        }
    }
}
