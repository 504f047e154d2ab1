package io.loadshare.cli.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.cli.console.Console;
import io.loadshare.host.HostName;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleListenerTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Console console = new Console(System.out, new PrintStream(printed, true), false);

    private String afterFailure(boolean oneHost, String reason) {
        new ConsoleListener(console, 0, oneHost).goesElsewhere(new HostName("h1"), reason);
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aHostThatFailedIsNamed() {
        assertThat(afterFailure(false, "connection refused"))
                .isEqualTo("loadshare: h1: connection refused; trying another host\n");
    }

    @Test
    void aRequestForOneHostHasNoOtherToTry() {
        assertThat(afterFailure(true, "h1 (port 22) refused the connection"))
                .isEqualTo("loadshare: h1 (port 22) refused the connection\n");
    }
}
