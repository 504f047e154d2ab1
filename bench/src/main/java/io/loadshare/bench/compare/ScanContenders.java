package io.loadshare.bench.compare;

import io.loadshare.probe.Probe;
import io.loadshare.probe.ScanSettings;
import io.loadshare.probe.Scanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The contenders that measure all hosts of a fixture, with equal fan-out. All do the same work on the hosts: loadshare
 * sends the probe, and the others run it from a file on the host.
 */
final class ScanContenders implements AutoCloseable {

    /**
     * The number of scans that a living process makes before it is measured. It makes as many in less than two hours at
     * the usual interval.
     */
    private static final int SCANS_BEFORE = 20;

    private static final Pattern REPORT = Pattern.compile("end=loadshare-report");

    private final Fixture fixture;
    private final Path list;
    private final Path muxConfig;
    private final String probe;
    private final LivingContender.Living ours;

    ScanContenders(Fixture fixture) throws IOException {
        this.fixture = fixture;
        this.list = fixture.work().resolve("list");
        Files.write(list, fixture.names());
        this.muxConfig = fixture.work().resolve("mux_config");
        Path script = fixture.shared().resolve("probe");
        Files.write(script, new Probe(List.of(), Optional.empty(), Duration.ofSeconds(5)).script());
        this.probe = "'sh " + script + "'";
        this.ours = new LivingContender.Living(
                ScanServer.class, fixture.sshConfig(), fixture.knownHosts(), String.join(",", fixture.names()));
        for (int i = 0; i < SCANS_BEFORE; i++) {
            ours.ask(ScanServer.WARM);
        }
    }

    /** Limits for connecting to one host and for its answer, in seconds; 0 for the program's own default. */
    record Limits(long connect, long answer) {
        static final Limits OWN = new Limits(0, 0);
        static final Limits OURS = new Limits(
                ScanSettings.DEFAULT.connectTimeout().toSeconds(),
                ScanSettings.DEFAULT.timeout().toSeconds());
    }

    /** Returns the contenders that open new connections for each run. */
    List<Contender> cold(Limits limits) {
        List<Contender> all = new ArrayList<>();
        all.add(new LivingContender("loadshare, living process", ScanServer.COLD, ours));
        all.addAll(peers(fixture.sshConfig(), limits, Optional.empty(), probe));
        return all;
    }

    /** Returns the contenders that keep their connections. */
    List<Contender> warm(Limits limits) throws IOException, InterruptedException {
        Files.writeString(
                muxConfig,
                "Host *\n    ControlPath " + fixture.work() + "/mux-%n\n    ControlPersist yes\nInclude "
                        + fixture.sshConfig() + "\n");
        for (String host : fixture.names()) {
            Programs.run(List.of("ssh", "-F", muxConfig.toString(), "-MNf", host));
        }
        List<Contender> all = new ArrayList<>();
        all.add(new LivingContender("loadshare, living process", ScanServer.WARM, ours));
        all.addAll(peers(muxConfig, limits, keptMark(), probe));
        return all;
    }

    /**
     * Returns all contenders with a command that does nothing instead of the probe, to measure the cost of reaching the
     * hosts.
     */
    List<Contender> echo(Limits limits) {
        String echo = "'echo end=loadshare-report'";
        List<Contender> all = new ArrayList<>();
        all.add(new LivingContender("loadshare, living process", ScanServer.ECHO, ours));
        all.addAll(peers(muxConfig, limits, keptMark(), echo));
        all.addAll(peers(fixture.sshConfig(), limits, Optional.empty(), echo));
        return all;
    }

    private Optional<String> keptMark() {
        return Optional.of(fixture.work() + "/mux-");
    }

    /** Returns the command line, with a new process for each run. */
    Contender command() throws IOException {
        String command = Programs.top().resolve("loadshare") + " --config " + fixture.writeConfiguration()
                + " scan --force && " + "grep -h end=loadshare-report " + fixture.work() + "/state-config/snapshot";
        return new ProgramContender("loadshare scan", command, output("command"), REPORT, Optional.empty());
    }

    private List<Contender> peers(Path sshConfig, Limits limits, Optional<String> keptMark, String remote) {
        String ssh = "-F " + sshConfig;
        String nodes = fixture.nodeSet();
        int fanOut = Scanner.CONCURRENCY;
        boolean limited = limits.connect() > 0;
        String times = limited ? " -t " + limits.connect() + " -u " + limits.answer() : "";
        String timeout = limited ? " --timeout " + limits.answer() : "";
        String connect = limited ? " -o ConnectTimeout=" + limits.connect() : "";
        List<Contender> all = new ArrayList<>();
        add(
                all,
                "pdsh",
                "PDSH_SSH_ARGS_APPEND='" + ssh + "' pdsh -R ssh -f " + fanOut + times + " -w " + nodes + " " + remote,
                keptMark);
        add(all, "clush", "clush -n -f " + fanOut + times + " -o '" + ssh + "' -w " + nodes + " " + remote, keptMark);
        add(
                all,
                "parallel",
                "HOME=" + fixture.work() + " parallel --will-cite --nonall -j " + fanOut + timeout + " --ssh 'ssh "
                        + ssh + connect + "' --slf " + list + " " + remote,
                keptMark);
        return all;
    }

    private void add(List<Contender> all, String program, String command, Optional<String> keptMark) {
        if (Programs.has(program)) {
            all.add(new ProgramContender(
                    keptMark.isEmpty() ? program : program + ", ControlMaster",
                    command,
                    output(program + all.size()),
                    REPORT,
                    keptMark));
        }
    }

    private Path output(String name) {
        return fixture.work().resolve(name + ".out");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        ours.close();
        for (String host : fixture.names()) {
            if (Files.exists(fixture.work().resolve("mux-" + host))) {
                Programs.run(List.of("ssh", "-F", muxConfig.toString(), "-O", "exit", host));
            }
        }
    }
}
