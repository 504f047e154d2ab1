package io.loadshare.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.loadshare.LoadshareException;
import io.loadshare.host.HostName;
import io.loadshare.load.LoadReport;
import io.loadshare.load.LoadReport.LicenseHolder;
import io.loadshare.load.LoadReport.ObservedJob;
import io.loadshare.probe.Probe.LicensedProcess;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeTest {

    private static final HostName NAME = new HostName("h1");
    private static final Instant NOW = Instant.ofEpochMilli(1_795_370_000_123L);
    private static final String BURNER = "sh -c 'up; while :; do :; done'";
    private static final String SPIN = "up; while :; do :; done";

    @TempDir
    Path directory;

    private NamespaceHost host;

    @BeforeEach
    void makeHost() throws Exception {
        host = new NamespaceHost(directory);
    }

    private static Probe probe(LicensedProcess... licenses) {
        return new Probe(List.of(licenses), Optional.empty(), Duration.ofSeconds(3));
    }

    private LoadReport measure(LicensedProcess... licenses) throws Exception {
        return measure(probe(licenses));
    }

    private LoadReport measure(Probe probe) throws Exception {
        return probe.read(host.run(probe.script()), NAME, NOW);
    }

    @Test
    void agentIsKnownByTheNameOfItsProcess() throws Exception {
        host.program("loadshare-agent", "up; sleep 600").background("loadshare-agent");

        assertThat(measure().agent()).isTrue();
    }

    @Test
    void idleHostIsIdleAndKnown() throws Exception {
        LoadReport report = measure();
        assertThat(report.host()).isEqualTo(NAME);
        assertThat(report.measuredAt()).isEqualTo(NOW);
        assertThat(report.boot().id())
                .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/random/boot_id"))
                        .strip());
        assertThat(report.boot().uptime()).isBetween(Duration.ofSeconds(1), Duration.ofDays(3650));
        assertThat(report.loadAverage().load1()).isZero();
        assertThat(report.loadAverage().running()).isEqualTo(1);
        assertThat(report.loadAverage().total()).isEqualTo(10);
        assertThat(report.memory().total()).isBetween(1L << 20, 1L << 50);
        assertThat(report.memory().available())
                .isBetween(1L << 20, report.memory().total());
        assertThat(report.threads().runnable()).isZero();
        assertThat(report.threads().own()).isZero();
        assertThat(report.threads().complete()).isTrue();
        assertThat(report.jobs()).isEmpty();
        assertThat(report.people().desktops()).isEmpty();
        assertThat(report.licenses()).isEmpty();
        assertThat(report.health().complaint()).isEmpty();
        assertThat(report.agent()).isFalse();
    }

    @Test
    void loadAveragesAreThoseOfTheKernel() throws Exception {
        host.loadavg("1.25 2.50 3.75 4/567 000089");
        LoadReport report = measure();
        assertThat(List.of(
                        report.loadAverage().load1(),
                        report.loadAverage().load5(),
                        report.loadAverage().load15()))
                .containsExactly(1.25, 2.5, 3.75);
        assertThat(report.loadAverage().running()).isEqualTo(4);
        assertThat(report.loadAverage().total()).isEqualTo(567);
    }

    /** As in a container on a busy machine: the kernel counts the threads of all containers. */
    @Test
    void runnableThreadsAreThoseOfVisibleProcessesWhateverTheKernelCounts() throws Exception {
        host.loadavg("58.10 57.93 57.01 60/2140 31415").background(BURNER);
        LoadReport report = measure();
        assertThat(report.threads().runnable()).isEqualTo(1);
        assertThat(report.loadAverage().running()).isEqualTo(60);
    }

    @Test
    void aKernelThatCountsNothingHidesNobody() throws Exception {
        host.loadavg("0.00 0.00 0.00 0/0 0").background(BURNER).background(BURNER);
        LoadReport report = measure();
        assertThat(report.threads().runnable()).isEqualTo(2);
        assertThat(report.loadAverage().running()).isZero();
    }

    /** The parent of a vforked child sleeps uninterruptibly, as a thread that waits for a disk or a file server does. */
    @Test
    void uninterruptibleSleepCounts() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the number of the system call vfork is amd64's");
        host.background("perl -e 'syscall(58) || do { open(my $up, \">/run/up.$$\"); sleep 600 }'");
        assertThat(measure().threads().runnable()).isEqualTo(1);
    }

    /** A FUSE file system that does not answer: a process that reads it sleeps uninterruptibly. */
    private static final String DEAD_FILE_SYSTEM = "mkdir /run/dead; exec 3<>/dev/fuse; mount -i -t fuse -o"
            + " fd=3,rootmode=40000,user_id=0,group_id=0 dead /run/dead";

    @Test
    void aHomeDirectoryThatDoesNotAnswerIsReportedAndNotWaitedFor() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "no FUSE, so no file system stops answering");
        host.setup(DEAD_FILE_SYSTEM).setup("export HOME=/run/dead");

        LoadReport report = measure();

        assertThat(report.health().stalled()).contains("the home directory /run/dead did not answer within 2 s");
        assertThat(report.threads().runnable())
                .as("the probe's own look at the directory")
                .isZero();
    }

    @Test
    void processesOnAFileSystemThatDoesNotAnswerCount() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "no FUSE, so no file system stops answering");
        host.setup(DEAD_FILE_SYSTEM);
        for (int i = 0; i < 20; i++) {
            host.background("(up; exec cat /run/dead/file)");
        }

        LoadReport report = measure();

        assertThat(report.threads().runnable()).isEqualTo(20);
        assertThat(report.health().stalled()).isEmpty();
    }

    @Test
    void pressureIsThatOfTheKernel() throws Exception {
        host.file("/run/pressure/io", "some avg10=12.34 avg60=1.00 avg300=0.10 total=7");
        host.file("/run/pressure/memory", "some avg10=0.50 avg60=1.00 avg300=0.10 total=7");
        host.setup("! [ -d /proc/pressure ] || mount --bind /run/pressure /proc/pressure");
        assumeTrue(Files.exists(Path.of("/proc/pressure/io")), "this kernel measures no pressure");

        assertThat(measure().health().pressure())
                .isEqualTo(new LoadReport.Pressure(OptionalDouble.of(12.34), OptionalDouble.of(0.5)));
    }

    @Test
    void burnersAreSeenEvenWhereLoadavgHidesThem() throws Exception {
        host.background(BURNER).background(BURNER);
        assertThat(measure().threads().runnable()).isEqualTo(2);
    }

    /** The probe sleeps between its looks at the threads; here the burner stops meanwhile, within 10 s. */
    @Test
    void whatRunsForAMomentDoesNotCount() throws Exception {
        String moment =
                """
                read burner </run/burner; /run/pause 0.3; kill -STOP $burner; n=0
                until grep -q '^State:.T' /proc/$burner/status; do
                    [ $((n += 1)) -lt 1000 ] || exit; /run/pause 0.01
                done""";
        host.setup("cp /usr/bin/sleep /run/pause").program("moment", moment);
        host.background(BURNER).setup("echo $! >/run/burner");
        host.shell("mount --bind " + directory + "/moment /usr/bin/sleep; /bin/sh");
        assertThat(measure().threads().runnable()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "dash,mawk",
        "bash,gawk",
        "busybox sh,busybox",
        "dash,original-awk",
        "bash,busybox",
        "busybox sh,mawk",
        "dash,gawk"
    })
    void everyShellAndAwkWillDo(String shell, String awk) throws Exception {
        assumeInstalled(shell.split(" ")[0]);
        Path program = assumeInstalled(awk);
        host.setup("mount --bind " + program + " /usr/bin/awk").shell(shell);
        host.program("MATLAB", "up; sleep 60")
                .background("MATLAB")
                .background("setsid sh -c '" + SPIN + "\n#' loadshare-job k1 2");
        host.program("Xvnc", "up; sleep 60").background("Xvnc :12");
        LoadReport report = measure(new LicensedProcess("matlab", "MATLAB"));
        assertThat(report.threads().runnable()).isEqualTo(1);
        assertThat(report.jobs())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("memory")
                .containsExactly(new ObservedJob("k1", 2, "root", 1));
        assertThat(report.licenses()).containsExactly(new LicenseHolder("matlab", "root", 1));
        assertThat(names(report)).containsExactly("root:12");
        assertThat(report.people().desktops().get(0).age().orElseThrow()).isLessThan(Duration.ofMinutes(5));
    }

    private static Path assumeInstalled(String program) {
        Path path = Path.of("/usr/bin", program);
        assumeTrue(Files.exists(path), program + " is not installed, so the probe is not tried with it");
        return path;
    }

    @Test
    void jobsAreLeadersOfTheirSessionsAndOwnWhatRunsThere() throws Exception {
        host.background("setsid sh -c '(" + SPIN + ") & (" + SPIN + ") & sleep 60' loadshare-job k3f9 4", 2);
        host.background("setsid setpriv --reuid daemon --clear-groups sh -c 'up; sleep 60' loadshare-job k3fa 1");
        host.background("sh -c 'up; sleep 60' loadshare-job follower 7");
        host.background(BURNER);
        LoadReport report = measure();
        assertThat(report.jobs())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("memory")
                .containsExactlyInAnyOrder(
                        new ObservedJob("k3f9", 4, "root", 2), new ObservedJob("k3fa", 1, "daemon", 0));
        assertThat(report.threads().own()).isEqualTo(2);
        assertThat(report.threads().runnable()).isEqualTo(3);
    }

    @Test
    void memoryOfAJobIsThatOfAllProcessesOfItsSession() throws Exception {
        String hold = "perl -e 'vec($x, 50e6, 8) = 1; open(my $up, \">/run/up.$$\"); sleep 600'";
        host.background(
                "setsid sh -c '" + hold.replace("'", "'\\''") + " & " + hold.replace("'", "'\\''")
                        + " & wait' loadshare-job k1 1",
                2);
        host.background(hold);

        assertThat(measure().jobs()).singleElement().satisfies(job -> assertThat(job.memory())
                .isBetween(100_000_000L, 130_000_000L));
    }

    /** One child of the scheduler, one grandchild that has lost its parent, one marked process, and one of none. */
    @ParameterizedTest
    @ValueSource(strings = {"mawk", "gawk", "original-awk", "busybox"})
    void whatAnotherSchedulerRunsIsOwn(String awk) throws Exception {
        host.setup("mount --bind " + assumeInstalled(awk) + " /usr/bin/awk");
        host.program("scheduler", "sh -c '" + SPIN + "' & (MARK=x sh -c 'sh -c \"" + SPIN + "\" & :') & up; sleep 60");
        host.background("scheduler", 3).background(BURNER);
        host.setup("until owner=$(pgrep -o scheduler); do sleep 0.01; done; export owner owner_mark=MARK");
        LoadReport report = measure();
        assertThat(report.threads().runnable()).isEqualTo(3);
        assertThat(report.threads().own()).isEqualTo(2);
    }

    @Test
    void onlyTopmostProcessesHoldALicense() throws Exception {
        host.program("MATLAB", "[ $1 = pool ] && { MATLAB worker & sh -c 'MATLAB worker; :' & }\nup; sleep 60");
        host.background("MATLAB pool", 3).background("MATLAB alone");
        host.background("setpriv --reuid daemon --clear-groups " + directory + "/MATLAB pool", 3);
        LoadReport report = measure(new LicensedProcess("matlab", "MATLAB"), new LicensedProcess("stats", "MATLAB"));
        assertThat(report.licenses())
                .containsExactlyInAnyOrder(
                        new LicenseHolder("matlab", "root", 2),
                        new LicenseHolder("matlab", "daemon", 1),
                        new LicenseHolder("stats", "root", 2),
                        new LicenseHolder("stats", "daemon", 1));
    }

    @Test
    void licensedProcessesMayHaveLongNames() throws Exception {
        host.program("a-very-long-process-name", "up; sleep 60").background("a-very-long-process-name");
        assertThat(measure(new LicensedProcess("long one", "a-very-long-process-name"))
                        .licenses())
                .containsExactly(new LicenseHolder("long one", "root", 1));
    }

    @Test
    void processNamesWithBlanksAndParenthesesConfuseNobody() throws Exception {
        host.program("a) R 1 (b", SPIN).background("'a) R 1 (b'");
        assertThat(measure(new LicensedProcess("odd", "a) R 1 (b")).licenses())
                .containsExactly(new LicenseHolder("odd", "root", 1));
    }

    @Test
    void desktopsAreThoseOfEveryVncServer() throws Exception {
        for (String server : List.of("Xvnc", "Xtigervnc", "Xtightvnc")) {
            host.program(server, "up; sleep 60");
        }
        host.background("Xvnc :1 -desktop x").background("Xtigervnc -rfbport 5903 :3");
        host.background("setpriv --reuid daemon --clear-groups " + directory + "/Xtightvnc :4");
        assertThat(names(measure())).containsExactlyInAnyOrder("root:1", "root:3", "daemon:4");
    }

    /** The user and the display of each desktop. */
    private static List<String> names(LoadReport report) {
        return report.people().desktops().stream()
                .map(desktop -> desktop.user() + desktop.display())
                .toList();
    }

    /** The host with a /tmp of its own, in which the programs still are. */
    private NamespaceHost withOwnTmp() {
        return host.setup(
                "mkdir /run/programs; mount --bind " + directory + " /run/programs; mount -t tmpfs tmpfs /tmp; "
                        + "mkdir -p " + directory + "; mount --bind /run/programs " + directory);
    }

    @ParameterizedTest
    @CsvSource({
        "Xvnc -desktop 'lab :5 of u1' :8,:8",
        "Xvnc -desktop ':5' :8,:8",
        "Xtigervnc :12.0 -desktop=:5,:12.0",
        "Xvnc -inetd -query localhost,:7",
        "Xvnc -inetd -name :3 -query localhost,:7"
    })
    void theDisplayIsAnArgumentOfItsOwnOrThatOfTheLock(String command, String display) throws Exception {
        host.program(command.split(" ")[0], "echo \"     $$\" >/tmp/.X7-lock; up; sleep 60");
        withOwnTmp().background(command);
        assertThat(names(measure())).containsExactly("root" + display);
    }

    @Test
    void aServerThatChoseADisplayWithoutALockHasNone() throws Exception {
        withOwnTmp().program("Xvnc", "up; sleep 60").background("Xvnc -inetd");
        assertThat(names(measure())).containsExactly("root?");
    }

    @Test
    void mirrorsOfADisplayAndViewersAreNotDesktops() throws Exception {
        for (String program : List.of("x11vnc", "X0tigervnc", "x0vncserver", "xtigervncviewer", "Xvnc4viewer")) {
            host.program(program, "up; sleep 60").background(program + " -display :0");
        }
        assertThat(measure().people().desktops()).isEmpty();
    }

    @Test
    void usersWithoutANameAreTheirNumber() throws Exception {
        host.background("setsid setpriv --reuid 54321 --clear-groups sh -c 'up; sleep 60' loadshare-job k1 1");
        assertThat(measure().jobs())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("memory")
                .containsExactly(new ObservedJob("k1", 1, "54321", 0));
    }

    @Test
    void loginsAreUnknownWithoutUtmpAndLogind() throws Exception {
        assertThat(measure().people().users()).isEmpty();
    }

    @Test
    void nobodyIsLoggedInWhereUtmpIsEmpty() throws Exception {
        host.setup(": >/run/utmp");
        assertThat(measure().people().users()).hasValue(List.of());
    }

    @Test
    void eachUserIsNamedOnceHoweverManyTerminals() throws Exception {
        assumeInstalled("who");
        ByteBuffer utmp = ByteBuffer.allocate(3 * 384).order(ByteOrder.nativeOrder());
        login(utmp, 0, "alice", "pts/0");
        login(utmp, 1, "bob", "pts/1");
        login(utmp, 2, "alice", "pts/2");
        Files.write(directory.resolve("utmp"), utmp.array());
        host.setup("cp " + directory.resolve("utmp") + " /run/utmp");
        assertThat(measure().people().users().orElseThrow()).containsExactlyInAnyOrder("alice", "bob");
    }

    /** Writes a record of utmp(5): a user process with number 1, which is alive. */
    private static void login(ByteBuffer utmp, int record, String user, String line) {
        utmp.putShort(record * 384, (short) 7).putInt(record * 384 + 4, 1);
        utmp.put(record * 384 + 8, line.getBytes(StandardCharsets.US_ASCII));
        utmp.put(record * 384 + 44, user.getBytes(StandardCharsets.US_ASCII));
    }

    /** As systemd 239, 252 and 257 print them: with a seat, a terminal, or neither (cron, a manager, a probe by ssh). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                " 2 1000 alice seat0 tty2 \n 7 1001 bob         pts/0\n 8 1002 cron             \n 9 1001 bob  pts/1",
                "2 1000 alice seat0 tty2\n7 1001 bob - pts/0\n8 1002 cron - -\n9 1001 bob - pts/1",
                "2 1000 alice seat0 812 user tty2 no -\n7 1001 bob - 99 user pts/0 no -\n"
                        + "8 1002 cron - 98 background - no -\n9 1002 carol - 97 manager - no -"
            })
    void withoutUtmpLoginsAreThoseOfLogind(String sessions) throws Exception {
        assumeInstalled("loginctl");
        host.program("sessions", "cat <<'END'\n" + sessions + "\nEND");
        host.setup("mkdir -p /run/systemd/sessions; mount --bind " + directory + "/sessions /usr/bin/loginctl");
        assertThat(measure().people().users().orElseThrow()).containsExactlyInAnyOrder("alice", "bob");
    }

    @Test
    void loginsAreUnknownWhereLogindDoesNotAnswer() throws Exception {
        assumeInstalled("loginctl");
        host.program("sessions", "echo 'Failed to connect to bus' >&2; exit 1");
        host.setup("mkdir -p /run/systemd/sessions; mount --bind " + directory + "/sessions /usr/bin/loginctl");
        assertThat(measure().people().users()).isEmpty();
    }

    @Test
    void processesAreLookedAtWhereThreadsAreTooManyOrComeAndGo() throws Exception {
        host.program("fails", "case $* in */task/*) exit 2 ;; esac\nexec " + directory + "/awk \"$@\"");
        host.setup("cp /usr/bin/awk " + directory + "/awk; mount --bind " + directory + "/fails /usr/bin/awk");
        host.background(BURNER).background("setsid sh -c '" + SPIN + "' loadshare-job k1 2");
        LoadReport report = measure();
        assertThat(report.threads().runnable()).isEqualTo(2);
        assertThat(report.jobs())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("memory")
                .containsExactly(new ObservedJob("k1", 2, "root", 1));
    }

    @Test
    void closedProcIsToldNotTakenForIdle() throws Exception {
        host.background("setsid sh -c '" + SPIN + "' loadshare-job k1 2");
        host.setup("mount -t proc -o hidepid=2 proc /proc").loadavg("0.00 0.00 0.00 3/20 20");
        host.shell("setpriv --reuid daemon --regid daemon --clear-groups /bin/sh");
        LoadReport report = measure();
        assertThat(report.threads().complete()).isFalse();
        assertThat(report.jobs()).isEmpty();
        assertThat(report.threads().runnable()).isEqualTo(2);
    }

    @Test
    void coresAreThoseOfTheAffinity() throws Exception {
        host.setup("taskset -p -c 0 $$ >/dev/null").shell("env OMP_NUM_THREADS=64 /bin/sh");
        assertThat(measure().cores()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "cpu.max,150000 100000,/sys/fs/cgroup,1.5",
        "cpu.max,max 100000,/sys/fs/cgroup,2",
        "cpu.cfs_quota_us,50000,/sys/fs/cgroup/cpu,0.5",
        "cpu.cfs_quota_us,-1,/sys/fs/cgroup/cpu,2"
    })
    void coresAreLimitedByControlGroups(String file, String value, String root, double cores) throws Exception {
        host.file("/sys/fs/cgroup/cgroup.controllers", "cpu memory");
        host.file(root + "/" + file, value).file(root + "/cpu.cfs_period_us", "100000");
        host.program("two", "echo 2").setup("mount --bind " + directory + "/two /usr/bin/nproc");
        assertThat(measure().cores()).isEqualTo(cores);
    }

    @Test
    void memoryIsLimitedByControlGroups() throws Exception {
        host.file("/sys/fs/cgroup/cgroup.controllers", "cpu memory");
        host.file("/sys/fs/cgroup/memory.max", "104857600").file("/sys/fs/cgroup/memory.current", "54857600");
        host.file("/sys/fs/cgroup/memory.stat", "anon 1\ninactive_file 1000000\nx 1");
        LoadReport report = measure();
        assertThat(report.memory().total()).isEqualTo(104_857_600);
        assertThat(report.memory().available()).isEqualTo(51_000_000);
    }

    @ParameterizedTest
    @CsvSource({
        "'echo /imaging is not mounted; exit 1',/imaging is not mounted",
        "'echo one; echo two; exit 1',one",
        "'printf unended; exit 3',unended",
        "'echo on stderr >&2; exit 1',on stderr",
        "'exit 7',check ended with status 7 and said nothing",
        "'sleep 60',check did not end within 1 s",
        "'echo early; exec sleep 60',check did not end within 1 s",
        "'echo \"it''s $HOME\"; false',it's /root",
        "'echo all is well',",
        "/nonexistent/check,sh: 1: /nonexistent/check: not found",
    })
    void failingCheckBecomesTheComplaint(String check, String complaint) throws Exception {
        Probe probe = new Probe(List.of(), Optional.of(check), Duration.ofSeconds(1));
        LoadReport report = measure(probe);
        assertThat(report.health().complaint()).isEqualTo(Optional.ofNullable(complaint));
    }

    @Test
    void complaintsAreShort() throws Exception {
        String check = "i=0; while [ $i -lt 1000 ]; do printf 'long words '; i=$((i + 1)); done; exit 1";
        Probe probe = new Probe(List.of(), Optional.of(check), Duration.ofSeconds(3));
        assertThat(measure(probe).health().complaint().orElseThrow()).hasSize(500);
    }

    @Test
    void noiseAroundTheReportIsCutOff() throws Exception {
        host.shell(
                "sh -c 'echo welcome; printf \"loadshare-report=1\\nload1=99\\n\"; printf \"no newline\"; sh; echo bye'");
        assertThat(measure().loadAverage().load1()).isZero();
    }

    @Test
    void aHostWithoutProcSaysSo() {
        host.setup("mount -t tmpfs tmpfs /proc");
        assertThatThrownBy(this::measure)
                .isInstanceOf(LoadshareException.class)
                .hasMessage("/proc/loadavg cannot be read: the probe needs Linux with /proc mounted");
    }

    @Test
    void aForeignLoadavgIsNamedWithWhatWasFound() throws Exception {
        host.loadavg("hello world");
        assertThatThrownBy(this::measure)
                .isInstanceOf(LoadshareException.class)
                .hasMessage("report: load1 must be a whole number, found 'hello'");
    }

    @Test
    void everyCutOfTheAnswerIsNoticed() throws Exception {
        Probe probe = probe();
        byte[] answer = host.run(probe.script());
        for (int length = 0; length < answer.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(answer, length);
            assertThatThrownBy(() -> probe.read(cut, NAME, NOW))
                    .isInstanceOf(LoadshareException.class)
                    .hasMessageMatching("(?s)printed (no report|a report that is cut off).*");
        }
    }

    @Test
    void everyCutOfTheScriptDoesNothing() throws Exception {
        Probe probe = probe();
        byte[] script = probe.script();
        for (int length : List.of(0, 10, script.length / 2, script.length - 20, script.length - 3)) {
            Process process =
                    new ProcessBuilder("/bin/sh").redirectErrorStream(true).start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(script, 0, length);
            }
            byte[] output = process.getInputStream().readAllBytes();
            assertThatThrownBy(() -> probe.read(output, NAME, NOW)).hasMessageStartingWith("printed no report");
        }
    }

    @Test
    void whatIsNoReportIsShownWithoutControlCharacters() {
        byte[] output = "This account is \u001b[1mclosed\n".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> probe().read(output, NAME, NOW))
                .hasMessage("printed no report; it ends with 'This account is \\u001b[1mclosed'");
    }

    @Test
    void endlessOutputIsRefusedInFlatMemory() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'y';
            }
        };
        assertThatThrownBy(() -> probe().receive(endless)).hasMessage("printed more than 524288 bytes");
    }

    @Test
    void receivingStopsAtTheEndMarkerThoughTheStreamGoesOn() throws Exception {
        Probe probe = probe();
        byte[] answer = host.run(probe.script());
        InputStream open = new ByteArrayInputStream(answer) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                int count = super.read(buffer, offset, Math.min(length, 7));
                if (count < 0) {
                    throw new AssertionError("read on after the end marker");
                }
                return count;
            }
        };
        assertThat(probe.read(probe.receive(open), NAME, NOW).host()).isEqualTo(NAME);
    }
}
