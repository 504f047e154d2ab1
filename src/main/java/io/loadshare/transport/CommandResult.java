package io.loadshare.transport;

import java.nio.charset.StandardCharsets;

/** The exit status and the output of a command. */
public record CommandResult(int status, byte[] stdout, byte[] stderr) {

    public String stdoutText() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    public String stderrText() {
        return new String(stderr, StandardCharsets.UTF_8);
    }
}
