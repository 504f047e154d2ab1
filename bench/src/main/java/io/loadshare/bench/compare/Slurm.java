package io.loadshare.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A small Slurm cluster: munged and slurmctld on this machine, a slurmd on each host of a fixture. Each node has the
 * given number of CPUs, and the partition prefers the least loaded node (LLN), which for Slurm means the node with the
 * most idle CPUs.
 */
final class Slurm implements AutoCloseable {

    private static final Duration TO_COME_UP = Duration.ofSeconds(60);
    private static final int CONTROLLER_PORT = 15817;

    private final Fixture fixture;
    private final Path directory;
    private final Path configuration;
    private final List<Process> daemons = new ArrayList<>();

    /** Returns whether Debian's packages slurmctld, slurmd, slurm-client, and munge are installed. */
    static boolean isInstalled() {
        return Programs.has("slurmctld") && Programs.has("slurmd") && Programs.has("sbatch") && Programs.has("munged");
    }

    /** Starts the cluster, and returns when all nodes are idle. */
    Slurm(Fixture fixture, int cpus) throws IOException, InterruptedException {
        this.fixture = fixture;
        this.directory = Files.createDirectory(fixture.shared().resolve("slurm"));
        this.configuration = directory.resolve("slurm.conf");
        Files.createDirectory(directory.resolve("state"));
        Files.writeString(configuration, configuration(cpus));
        startMunge();
        start(List.of("slurmctld", "-D", "-f", configuration.toString()));
        for (String host : fixture.names()) {
            start(fixture.exec(host, List.of("slurmd", "-D", "-f", configuration.toString())));
        }
        awaitNodes();
    }

    private String configuration(int cpus) throws IOException {
        String hostName = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        StringBuilder text = new StringBuilder();
        text.append("ClusterName=bench\nSlurmctldHost=")
                .append(hostName)
                .append("(127.0.0.1)\nSlurmctldPort=")
                .append(CONTROLLER_PORT)
                .append("\nSlurmUser=root\nAuthInfo=socket=")
                .append(socket())
                .append("\nCredType=cred/munge\nStateSaveLocation=")
                .append(directory.resolve("state"))
                .append("\nSlurmctldPidFile=")
                .append(directory.resolve("slurmctld.pid"))
                .append("\nSlurmdSpoolDir=/run/slurmd\nSlurmdPidFile=/run/slurmd.pid\n")
                .append("ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\nMpiDefault=none\nReturnToService=2\n")
                .append("SelectType=select/cons_tres\nSelectTypeParameters=CR_CPU\n")
                .append("SchedulerParameters=default_queue_depth=1000,batch_sched_delay=0\n")
                .append("SlurmdParameters=config_overrides\n");
        int port = CONTROLLER_PORT;
        for (String host : fixture.names()) {
            port++;
            text.append(String.format(
                    "NodeName=%s NodeAddr=%s Port=%d CPUs=%d%n", host, fixture.address(host), port, cpus));
        }
        return text + "PartitionName=all Nodes=ALL Default=YES LLN=YES State=UP\n";
    }

    private Path socket() {
        return directory.resolve("munge.socket");
    }

    private void startMunge() throws IOException, InterruptedException {
        Path key = directory.resolve("munge.key");
        Programs.run(List.of("dd", "if=/dev/urandom", "of=" + key, "bs=1024", "count=1"));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        start(List.of(
                "munged",
                "--foreground",
                "--force",
                "--key-file=" + key,
                "--socket=" + socket(),
                "--pid-file=" + directory.resolve("munge.pid"),
                "--seed-file=" + directory.resolve("munge.seed"),
                "--log-file=" + directory.resolve("munge.log")));
    }

    private void start(List<String> command) throws IOException {
        daemons.add(new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("daemons.log").toFile()))
                .start());
    }

    private void awaitNodes() throws IOException, InterruptedException {
        String ready = "idle " + fixture.names().size();
        AtomicReference<String> last = new AtomicReference<>("");
        try {
            Programs.await(
                    () -> {
                        last.set(nodes());
                        return last.get().equals(ready);
                    },
                    TO_COME_UP,
                    () -> "the start of Slurm (its nodes: " + last.get() + ")");
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "\n" + Files.readString(directory.resolve("daemons.log")), e);
        }
    }

    /** Returns the states of the nodes, or the error of the command that shows them. */
    private String nodes() throws InterruptedException {
        try {
            return Programs.run(List.of("env", environment(), "sinfo", "-h", "-o", "%T %D"))
                    .strip();
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    private String environment() {
        return "SLURM_CONF=" + configuration;
    }

    /** Returns the command that starts {@code jobs} jobs. */
    String submit(int jobs, String job) {
        return environment() + " sbatch -Q --array=1-" + jobs + " -o /dev/null --wrap '" + job + "'";
    }

    /** Returns text that identifies the command line of its controller. */
    String controllerMark() {
        return "slurmctld\0-D\0-f\0" + configuration;
    }

    @Override
    public void close() throws InterruptedException {
        for (int i = daemons.size() - 1; i >= 0; i--) {
            daemons.get(i).destroy();
        }
        for (Process daemon : daemons) {
            daemon.waitFor();
        }
    }
}
