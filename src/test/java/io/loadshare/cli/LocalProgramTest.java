package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.loadshare.load.Observer;
import io.loadshare.store.StateDirectory;
import io.loadshare.store.StateSettings;
import io.loadshare.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as it comes, without any configuration: one host, this machine, no SSH. */
class LocalProgramTest {

    @TempDir
    private Path home;

    private Program loadshare;
    private String hostName;

    @BeforeEach
    void setUp() throws Exception {
        loadshare = new Program(home);
        loadshare.configure("");
        hostName = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    }

    @Test
    void runsACommandWithoutConfiguration() throws Exception {
        Files.delete(home.resolve(".config/loadshare/config.yaml"));
        // Without slots, since the jobs of other tests may hold those of this machine.
        assertThat(loadshare.run("run", "--slots", "0", "--", "hostname"))
                .isEqualTo(new Program.Result(0, hostName + "\n", ""));
    }

    @Test
    void anImportThatFindsNoHostPrintsNothingAndExits65() throws Exception {
        Path file = Files.writeString(home.resolve("submit.py"), "servers = ['oak-06', 'birch']\n");

        Program.Result result = loadshare.run("config", "import", file.toString());

        assertThat(result.status()).isEqualTo(65);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("submit.py:1: servers is not imported", "submit.py: no host found");
    }

    /** What a shell makes of {@code --hosts l0[1-2]} where files are named l01 and l02. */
    @ParameterizedTest
    @ValueSource(
            strings = {"run --hosts l01 l02 -- hostname", "run --hosts l01 l02 hostname", "launch --hosts l01 l02 x"})
    void aHostWhereACommandIsExpectedIsRefusedWithAHintOnQuoting(String command) {
        loadshare.configure("hosts: [ { name: l01, local: true }, { name: l02, local: true } ]");

        Program.Result result = loadshare.run(command.split(" "));

        assertThat(result.status()).as(result.toString()).isEqualTo(64);
        assertThat(result.err()).contains("'l02' is a host", "Quote node sets");
    }

    @Test
    void moreSlotsThanAnyHostHasAreRefusedAtOnce() {
        loadshare.configure("placement: { slotsPerCore: 0.5 }");

        Program.Result result = loadshare.run("run", "--slots", "1000", "--", "true");

        assertThat(result.status()).as(result.toString()).isEqualTo(69);
        assertThat(result.err()).containsPattern("has \\d+ slots? \\(slotsPerCore 0.5\\), 1000 asked");
        assertThat(loadshare.run("run", "--slots", "-1", "--", "true"))
                .isEqualTo(new Program.Result(64, "", "loadshare: slots must be ≥ 0, was -1\n"));
    }

    @Test
    void aJobOverItsTimeLimitEndsWithTheReason() {
        Program.Result result = loadshare.run("run", "--time-limit", "1s", "--", "sleep", "30");

        assertThat(result.status()).as(result.toString()).isEqualTo(143);
        assertThat(result.err()).contains("time limit of 1s reached");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--time-limit 0s | timeLimit must be ≥ 1s, was 0s",
                "--time-limit -1s | '-1s'",
                "--memory-limit 1K | memoryLimit must be ≥ 1M, was 1.0K",
                "--memory-limit NaN | 'NaN'",
            })
    void limitsThatEndEveryJobAreRefused(String option, String words) {
        Program.Result result = loadshare.run(("run " + option + " -- true").split(" "));

        assertThat(result.status()).as(result.toString()).isEqualTo(64);
        assertThat(result.err()).contains(words);
    }

    @Test
    void anotherLoginOnThisMachineIsRefused() {
        for (String command : new String[] {"best --user nobody", "run --user nobody -- id", "jobs --user nobody"}) {
            Program.Result result = loadshare.run(command.split(" "));

            assertThat(result.status()).as(command + ": " + result).isEqualTo(77);
            assertThat(result.err()).contains("as nobody: it is this machine");
        }
        String self = System.getProperty("user.name");
        assertThat(loadshare.run("run", "--user", self, "--", "id", "-un").out())
                .isEqualTo(self + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    frobnicate | unknown command or pool 'frobnicate'; see
                    frobnicate 1 --x | unknown command 'frobnicate'; see
                    killl 1 | unknown command 'killl'; did you mean 'kill'?
                    best l02 | 'loadshare best' does not take 'l02'; see
                    best --hosts l01 l02 | 'loadshare best' does not take 'l02'; quote node sets
                    attach x y | 'loadshare attach' does not take 'y'; see
                    """)
    void wordsThatNobodyTakesAreNamed(String command, String message) {
        Program.Result result = loadshare.run(command.split(" "));

        assertThat(result.status()).isEqualTo(64);
        assertThat(result.err()).contains(message);
    }

    @Test
    void whoIsNotInTheGroupOfTheSharedStateGetsOneMessageThatNamesTheGroup() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can run the program as somebody else");
        Path state = Files.createDirectory(home.resolve("state"));
        Files.setAttribute(state, "unix:mode", 02770);
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        loadshare
                .installed(InstalledProgram.in(home.resolve("tree")))
                .configure("hosts: [ { name: here, local: true } ]\nstate: { directory: " + state + ", shared: true }")
                .through("setpriv", "--reuid", "daemon", "--regid", "daemon", "--clear-groups");

        Program.Result result = loadshare.run("run", "--", "id");

        assertThat(result.status()).as(result.toString()).isEqualTo(74);
        assertThat(result.err()).containsOnlyOnce("loadshare: ").contains("group root", "usermod -aG root daemon");
    }

    @Test
    void bestPrintsTheHostAndOnlyThatOnStdout() {
        assertThat(loadshare.run("best")).isEqualTo(new Program.Result(0, hostName + "\n", ""));
        Program.Result explained = loadshare.run("best", "--explain");
        assertThat(explained.out()).isEqualTo(hostName + "\n");
        assertThat(explained.err()).contains("chosen: (external", "cores");
    }

    @Test
    void theLoadTableShowsThisMachine() {
        assertThat(loadshare.run().out()).contains("HOST", "STATE", hostName, "1 host: 1 up");
        assertThat(loadshare.runAs("showload").out()).contains(hostName);
        assertThat(loadshare.run("--json").out()).contains("\"host\" : \"" + hostName + "\"", "\"state\" : \"up\"");
    }

    @Test
    void statesHaveColoursOnATerminalAlone() {
        assertThat(loadshare.run("load").out()).doesNotContain("\u001b");
        loadshare.through("sh", "-c", "script -qec \"$(printf '\"%s\" ' \"$@\")\" /dev/null </dev/null", "sh");
        assertThat(loadshare.run("load").out()).containsPattern(hostName + " +\u001b\\[32mup\u001b\\[0m ");
        assertThat(loadshare.with("NO_COLOR", "1").run("load").out()).doesNotContain("\u001b");
    }

    @Test
    void stdinStdoutStderrAndStatusAreTheCommandsOwn() {
        Program.Result result = loadshare.runWithInput("input", "run", "sh", "-c", "cat; echo to-err >&2; exit 7");

        assertThat(result).isEqualTo(new Program.Result(7, "input", "to-err\n"));
    }

    @ParameterizedTest
    @CsvSource({"TERM,143", "KILL,137", "SEGV,139"})
    void deathBySignalGives128PlusItsNumber(String signal, int status) {
        assertThat(loadshare.run("run", "sh", "-c", "kill -" + signal + " $$").status())
                .isEqualTo(status);
    }

    @Test
    void argumentsArriveByteForByteUnderAnyLocale() {
        loadshare.with("LANG", "C").with("LC_ALL", "C");

        Program.Result result = loadshare.run(
                "run", "--", "printf", "%s|", "a b", "it's", "\"", "$HOME", "*", "", "--", "-x", "ü€\n\t", "\\");

        assertThat(result.out()).isEqualTo("a b|it's|\"|$HOME|*||--|-x|ü€\n\t|\\|");
    }

    @Test
    void outputThatNobodyReadsAnyMoreEndsTheCommandAsABrokenPipeWould() {
        Program.Result result = loadshare
                .through("sh", "-c", "{ \"$@\"; echo \"status $?\" >&2; } | head -n 1", "sh")
                .run("run", "--", "yes");

        assertThat(result).isEqualTo(new Program.Result(0, "y\n", "status 141\n"));
    }

    /** Makes a directory whose name has a character beyond ASCII and a byte that is part of none, and goes there. */
    private static final String[] IN_ODD_DIRECTORY = {
        "sh",
        "-c",
        "odd=$(printf '%s/w\\303\\274 \\377' \"$HOME\") && mkdir -p \"$odd\" && cd \"$odd\" && exec \"$@\"",
        "sh"
    };

    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "C.UTF-8"})
    void theWorkingDirectoryArrivesByteForByteUnderAnyLocale(String locale) {
        loadshare.with("LC_ALL", locale).through(IN_ODD_DIRECTORY);

        Program.Result result = loadshare.run("run", "--", "sh", "-c", "printf %s \"$PWD\" | od -An -c | tr -d ' \\n'");

        assertThat(result.out()).as(result.toString()).endsWith("/w303274377");
    }

    @Test
    void anyHomeDirectoryWillDoUnderAnyLocaleAndTheCommandHasTheCallersLocale() throws Exception {
        loadshare
                .installed(InstalledProgram.in(home.resolve("tree")))
                .with("LC_ALL", "POSIX")
                .through(
                        "sh",
                        "-c",
                        "export HOME=$(printf '%s/h\\303\\274' \"$HOME\") && mkdir \"$HOME\" && exec \"$@\"",
                        "sh");

        Program.Result result = loadshare.run(
                "run", "--slots", "0", "--", "sh", "-c", "cd && printf '%s %s' \"${PWD#*/h}\" \"$LC_ALL\"");

        assertThat(result).isEqualTo(new Program.Result(0, "ü POSIX", ""));
    }

    @Test
    void sciclustJoinsItsWordsForTheShell() {
        assertThat(loadshare.runAs("sciclust").out()).isEqualTo(hostName + "\n");
        assertThat(loadshare.runAs("sciclust", "echo", "a;", "echo", "$((1+2))").out())
                .isEqualTo("a\n3\n");
        assertThat(loadshare.runAs("sciclust", "-d", "true").err()).contains("goes to " + hostName);
    }

    @Test
    void aDetachedJobOutlivesItsStarterAndCanBeFollowed() throws Exception {
        Path goOn = loadshare.home().resolve("go on");
        String script = "echo one; echo two >&2; until [ -e '" + goOn + "' ]; do sleep 0.1; done; echo three; exit 4";
        Program.Result started = loadshare.run("run", "--detach", "--", "sh", "-c", script);
        assertThat(started.status()).as(started.toString()).isZero();
        String id = started.out().strip();

        assertThat(loadshare.run("jobs").out()).contains(id, "RUNNING");
        Files.createFile(goOn);
        assertThat(loadshare.run("attach", id)).isEqualTo(new Program.Result(4, "one\ntwo\nthree\n", ""));
        assertThat(loadshare.run("logs", id)).isEqualTo(new Program.Result(0, "one\ntwo\nthree\n", ""));
        assertThat(loadshare.run("history").out()).contains(id, "EXITED 4");
        assertThat(loadshare.run("jobs").out()).doesNotContain(id);
    }

    @Test
    void killEndsAJobAndAllThatItStarted() throws Exception {
        Path pid = home.resolve("pid");
        String id = loadshare
                .run("run", "--detach", "--", "sh", "-c", "(trap '' TERM; sleep 600) & echo $! > " + pid + "; wait")
                .out()
                .strip();
        Waiting.until("the job's child has started", () -> Files.exists(pid) && Files.size(pid) > 0);
        long child = Long.parseLong(Files.readString(pid).strip());

        Program.Result killed = loadshare.run("kill", "--grace", "1s", id);

        assertThat(killed.status()).as(killed.toString()).isZero();
        assertThat(killed.err()).contains("job " + id + " on " + hostName + ": KILLED");
        assertThat(isRunning(child)).as(killed.toString()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void whoEndsLoadshareEndsTheCommandAndAllThatItStarted(String signal) throws Exception {
        Path pid = home.resolve("pid");
        Program.Running running = loadshare.start("run", "--", "sh", "-c", "sleep 600 & echo $! > " + pid + "; wait");
        Waiting.until("the job's child has started", () -> Files.exists(pid) && Files.size(pid) > 0);
        long child = Long.parseLong(Files.readString(pid).strip());

        running.signal(signal);

        Program.Result result = running.await("");
        assertThat(result.status()).isGreaterThan(128);
        assertThat(isRunning(child)).as(result.toString()).isFalse();
    }

    /** Whether a process is there and not merely waiting for its parent to take note of its end. */
    private static boolean isRunning(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Test
    void runGoesWhereItIsTold() {
        assertThat(loadshare
                        .run("run", "--dir", "/usr", "--env", "A=1 2", "--", "sh", "-c", "pwd; echo $A")
                        .out())
                .isEqualTo("/usr\n1 2\n");
        Program.Result missing = loadshare.run("run", "--dir", "/no/such", "--", "true");
        assertThat(missing.status()).isEqualTo(66);
        assertThat(missing.err()).contains("/no/such");
    }

    @Test
    void aDrainedHostGetsNoJobsAndSaysWhy() {
        loadshare.run("drain", hostName, "--reason", "new disks");

        Program.Result refused = loadshare.run("run", "--no-wait", "--", "true");
        assertThat(refused.status()).isEqualTo(69);
        assertThat(refused.err())
                .startsWith("loadshare: no place for a job on any host: ")
                .contains("drained", "new disks");
        assertThat(loadshare.run("load").out()).contains("drained", "new disks");

        loadshare.run("undrain", hostName);
        assertThat(loadshare.run("run", "--no-wait", "--", "true").status()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run | 64 | run needs a command",
                "run --slots x -- true | 64 | Invalid value for option '--slots'",
                "run --wait 5x -- true | 64 | duration must be whole numbers with units",
                "run --min-memory lots -- true | 64 | is not an amount of memory",
                "run --hosts l[3-1] -- true | 64 | did you mean '1-3'",
                "run --on nohost -- true | 64 | no host 'nohost' in the configuration",
                "best --license matlab | 64 | unknown license 'matlab'",
                "best --software spm | 64 | unknown software 'spm'",
                "best --pool a --hosts b | 64 | mutually exclusive",
                "best --nosuch | 64 | Unknown option: '--nosuch'",
                "bset | 64 | did you mean 'best'?",
                "drain nohost | 64 | no host 'nohost'",
                "kill 0nosuch | 66 | no job '0nosuch'",
                "logs 0nosuch | 66 | no job '0nosuch'",
                "attach 0nosuch | 66 | no job '0nosuch'",
                "--config /no/such.yaml load | 78 | /no/such.yaml",
                "launch maxfilter | 64 | maxfilter",
                "run --tty -- true | 64 | needs a terminal",
            })
    void badInputGetsOneClearMessageAndItsStatus(String words, int status, String message) {
        Program.Result result = loadshare.run(words.strip().split(" "));

        assertThat(result.status()).as(result.toString()).isEqualTo(status);
        assertThat(result.err()).startsWith("loadshare: ").contains(message).doesNotContain("Exception");
        assertThat(result.out()).isEmpty();
    }

    /** A state directory of 64 KiB in a mount namespace of the command's own, filled before it runs; the second run tells. */
    private static final String ON_FULL_DISK =
            "mount -t tmpfs -o size=64k tmpfs \"$HOME\" && mkdir -m 700 \"$HOME/state\""
                    + " && mkdir -p \"$HOME/.config/loadshare\""
                    + " && echo \"state: { directory: $HOME/state }\" >\"$HOME/.config/loadshare/config.yaml\""
                    + " && { cat /dev/zero >\"$HOME/fill\" 2>/dev/null; \"$@\" >/dev/null 2>&1; exec \"$@\"; }";

    @ParameterizedTest
    @ValueSource(strings = {"best", "load", "scan", "drain HOST", "run -- true"})
    void aFullDiskIsToldWithWhatToDoEachTime(String words) {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root may mount a small disk");
        Program.Result result = loadshare
                .through("unshare", "-m", "sh", "-c", ON_FULL_DISK, "sh")
                .run(words.replace("HOST", hostName).split(" "));

        assertThat(result.status()).as(result.toString()).isEqualTo(74);
        assertThat(result.err())
                .contains("loadshare: ", "/state", "No space left on device; make room there, or set state.directory")
                .doesNotContain("Exception");
    }

    @Test
    void whoWaitsForAScanThatIsNeverPublishedScansItself() throws IOException {
        Path path = Files.createDirectories(home.resolve(".local/state")).resolve("loadshare");
        StateDirectory state = StateDirectory.open(new StateSettings(path, false), warning -> {});
        state.claimScan(new Observer("someone", "gone"), Duration.ofSeconds(30), Duration.ofSeconds(3), Instant.now());

        assertThat(loadshare.run("best")).isEqualTo(new Program.Result(0, hostName + "\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"best", "load", "run -- true"})
    void hostsOfANewConfigurationAreMeasuredHoweverYoungTheLastScan(String words) {
        assertThat(loadshare.run("best").status()).isZero();
        loadshare.configure("hosts: [ { name: other, local: true } ]");

        Program.Result result = loadshare.run(words.split(" "));

        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.toString()).doesNotContain("never measured");
    }

    @Test
    void helpAndVersionAreEverywhere() {
        assertThat(loadshare.run("--version").out()).startsWith("loadshare ");
        assertThat(loadshare.run("--help").out()).contains("Commands:", "best", "Exit status");
        assertThat(loadshare.run("run", "--help").out()).contains("--detach", "--min-memory");
        assertThat(loadshare.run("best", "--version").out()).startsWith("loadshare ");
    }
}
