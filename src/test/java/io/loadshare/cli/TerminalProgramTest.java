package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Requires;
import io.loadshare.testing.Size;
import io.loadshare.testing.Waiting;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code run --tty} on a real terminal, with a host behind a real sshd, by the built-in SSH and by ssh.command. */
@Tag("ssh")
class TerminalProgramTest extends EitherSshTestBase {

    private static final int KEYS = Size.of("loadshare.keys", 200, 10_000);
    private static final String RAW = "stty raw -echo; printf \"REA%s\" DY; ";

    private TypedTerminal onTerminal(String command) {
        return TypedTerminal.run(loadshare, "run", "--tty", "--on", "h1", "--", "sh", "-c", command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "ssh.command"})
    void everyKeyArrivesHoweverFastItIsTyped(String ssh) throws Exception {
        use(ssh);
        long seed = 1206;
        Random random = new Random(seed);
        StringBuilder typed = new StringBuilder();
        try (TypedTerminal terminal = onTerminal(RAW + "head -c " + KEYS + " | od -An -v -tu1; exit 5")) {
            terminal.awaitScreen("READY");
            for (int i = 0; i < KEYS; i++) {
                char key = (char) random.nextInt(256);
                key = key == '~' ? '!' : key; // which at the beginning of a line is for loadshare
                typed.append(key);
                terminal.type(String.valueOf(key));
                TimeUnit.MICROSECONDS.sleep(random.nextInt(10_000));
            }
            String screen =
                    terminal.awaitEnd().replaceFirst("Connection to \\S+ closed\\.", ""); // ssh's own, at any place
            assertThat(screen).containsPattern("READY\\s+[0-9]").contains("status 5");
            StringBuilder arrived = new StringBuilder();
            for (String number :
                    screen.split("READY")[1].split("status")[0].trim().split("\\s+")) {
                arrived.append((char) Integer.parseInt(number));
            }
            assertThat(arrived.toString()).as("keys of seed %d", seed).isEqualTo(typed.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "ssh.command"})
    void theJobsTerminalHasTheSizeOfOursAlsoWhenItChanges(String ssh) throws Exception {
        use(ssh);
        String command = "stty size; trap \"stty size\" WINCH; printf \"REA%s\" DY; while :; do sleep 0.1; done";
        try (TypedTerminal terminal = onTerminal(command)) {
            terminal.awaitScreen("READY");
            assertThat(terminal.screen()).contains("\n24 80\r\n");
            terminal.resize(41, 123);
            terminal.awaitScreen("41 123\r\n");
            terminal.resize(50, 90);
            terminal.awaitScreen("50 90\r\n");
        }
    }

    @Test
    void theJobsTerminalHasTheSpecialCharactersOfOurs() {
        try (TypedTerminal terminal = onTerminal("printf \"set %s\\r\\n\" $(stty -g)")) {
            terminal.awaitEnd();
            assertThat(terminal.screen()).contains("set " + terminal.settingsBefore());
        }
    }

    @Test
    void ctrlCLeavesTheVirtualDisplayToAJobThatGoesOn() throws Exception {
        Requires.programs("Xvfb", "xwininfo");
        String command = "trap \"xwininfo -root | grep -c Width; sleep 0.3; xwininfo -root | grep Height; exit 5\" INT;"
                + " echo $XAUTHORITY >/tmp/authority; printf \"REA%s\" DY; while :; do sleep 0.1; done";
        try (TypedTerminal terminal = TypedTerminal.run(
                loadshare, "run", "--tty", "--display", "virtual", "--on", "h1", "--", "sh", "-c", command)) {
            terminal.awaitScreen("READY");
            terminal.type("\u0003");
            assertThat(terminal.awaitEnd()).contains("Height: 1080", "status 5");
        }
        assertThat(cluster.exec("h1", "sh", "-c", "pgrep -f \"Xvfb.*$(cat /tmp/authority)\"")
                        .status())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exit",
                "Ctrl-C",
                "letting go",
                "letting go of a frozen host",
                "TERM to the client",
                "HUP to the client",
                "TERM to the stopped client",
                "KILL to the job",
                "the connection breaks"
            })
    void settingsAreRestoredAfterEveryKindOfEnd(String end) throws Exception {
        try (TypedTerminal terminal = onTerminal("printf \"REA%s\" DY; read -r word; exit 3")) {
            terminal.awaitScreen("READY");
            Waiting.until("the terminal is taken", () -> !terminal.current().equals(terminal.settingsBefore()));
            int status = end(terminal, end);

            terminal.awaitEnd();

            assertThat(terminal.settingsAfter()).as(terminal.screen()).isEqualTo(terminal.settingsBefore());
            assertThat(terminal.screen()).contains("status " + status + "\r\n");
        }
    }

    /** Brings the end about, and gives the status to expect. */
    private int end(TypedTerminal terminal, String end) throws Exception {
        switch (end) {
            case "exit" -> {
                terminal.type("word\r");
                return 3;
            }
            case "Ctrl-C" -> {
                terminal.type("\u0003");
                return 130;
            }
            case "letting go" -> {
                terminal.type("~.");
                return 76;
            }
            case "letting go of a frozen host" -> {
                cluster.hang("h1");
                try {
                    terminal.type("~.");
                    Waiting.until("the client lets go", () -> terminal.screen().contains("status "));
                } finally {
                    cluster.resume("h1");
                }
                return 76;
            }
            case "TERM to the client" -> {
                terminal.program().destroy();
                return 143;
            }
            case "HUP to the client" -> {
                signal(terminal, "HUP");
                return 129;
            }
            case "TERM to the stopped client" -> {
                signal(terminal, "TSTP");
                Waiting.until(
                        "the terminal is given back", () -> terminal.current().equals(terminal.settingsBefore()));
                signal(terminal, "TERM");
                signal(terminal, "CONT");
                return 143;
            }
            case "KILL to the job" -> {
                cluster.exec("h1", "pkill", "-KILL", "-f", "read -r word");
                return 137;
            }
            default -> {
                cluster.exec("h1", "pkill", "-KILL", "-f", "sshd: root@pts");
                return 76;
            }
        }
    }

    private static void signal(TypedTerminal terminal, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, "" + terminal.program().pid())
                .start()
                .waitFor();
    }
}
