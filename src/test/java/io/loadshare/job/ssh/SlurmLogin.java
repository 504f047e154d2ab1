package io.loadshare.job.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.host.SlurmCluster;
import io.loadshare.job.ClusterNeeds;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobSettings;
import io.loadshare.job.JobSpec;
import io.loadshare.job.JobState;
import io.loadshare.job.OutputCursor;
import io.loadshare.job.Recorder;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Session;
import io.loadshare.transport.Transport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The login host of a real Slurm, and the jobs of u1 there. */
final class SlurmLogin implements AutoCloseable {

    final Cluster cluster;
    private final Transport transport;
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(2);

    /** @param options those of {@link Cluster#startSlurm} */
    SlurmLogin(int nodes, String... options) {
        cluster = Cluster.start(1);
        transport = SshHosts.transport(cluster);
        try {
            cluster.startSlurm(nodes, options);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        transport.close();
        cluster.close();
    }

    Host part(Optional<String> partition, List<String> options) {
        Host login = SshHosts.host(cluster, 1, "u1");
        return login.asLoginTo(
                new HostName("hpc"),
                new SlurmCluster(login.name(), partition, Optional.empty(), options, SlurmCluster.DEFAULT_OVERFLOW));
    }

    Host everyNode() {
        return part(Optional.empty(), List.of());
    }

    SshJobEngine engine() {
        return new SshJobEngine(transport, JobSettings.DEFAULT, executor, InstantSource.system());
    }

    /** @param connected runs before each connection to the login host */
    SshJobEngine engine(Runnable connected) {
        Transport counted = new ForwardingTransport(transport) {
            @Override
            void beforeConnect(Host host) {
                connected.run();
            }
        };
        return new SshJobEngine(counted, JobSettings.DEFAULT, executor, InstantSource.system());
    }

    /** @param beginLimit how long after its preparation a job may be submitted */
    SshJobEngine engine(Duration beginLimit) {
        JobSettings settings = JobSettings.DEFAULT;
        JobLauncher launcher = new JobLauncher(transport, settings, ClientTimeouts.of(settings), beginLimit);
        JobWatcher watcher = new JobWatcher(
                transport,
                executor,
                InstantSource.system(),
                JobWatcher.Pace.giveUpAfter(settings.unreachableTimeout()));
        return new SshJobEngine(transport, launcher, watcher, InstantSource.system());
    }

    Session connect(Host host) {
        return transport.connect(host, seconds(20));
    }

    static Deadline seconds(int seconds) {
        return Deadline.after(Duration.ofSeconds(seconds), System::nanoTime);
    }

    static JobSpec shell(String script) {
        return JobSpec.of(JobTestBase.newId(), List.of("sh", "-c", script));
    }

    static JobSpec shellOn(String node, String script) {
        return shell(script).withNeeds(new ClusterNeeds(0, 0, List.of(), List.of(), Optional.of(node)));
    }

    Job start(Host host, JobSpec spec) {
        return start(engine(), host, spec);
    }

    Job start(JobEngine engine, Host host, JobSpec spec) {
        return engine.start(host, spec, () -> {}, seconds(30));
    }

    Recorder watch(Host host, Job job) {
        Recorder recorder = new Recorder();
        engine().watch(host, job, OutputCursor.START, recorder);
        return recorder;
    }

    static void awaitOutput(Recorder recorder, String text) {
        Waiting.until("the output " + text, Duration.ofSeconds(30), () -> recorder.outputText()
                .equals(text));
    }

    JobState state(Job job) {
        return engine().find(everyNode(), new JobEngine.Self(), job.id(), seconds(20))
                .orElseThrow()
                .state();
    }

    String onLogin(String line) {
        Cluster.Output output = cluster.exec(cluster.host(1), "sh", "-c", line);
        assertThat(output.status()).as(line + ": " + output.stderr()).isZero();
        return output.stdout().strip();
    }

    /** Lets squeue list one job. */
    void list(Job job, String state, String node, String reason) {
        replace(
                "squeue",
                "echo \"" + state + "|$(cat " + job.directory() + "/submitted)|u1|" + node + "|N/A|" + reason
                        + "|loadshare-" + job.id() + "|\"");
    }

    /** Puts a script in the place of a command of Slurm; the command itself is then $real. */
    void replace(String command, String script) {
        onLogin(
                "cp -n /usr/bin/" + command + " /run/" + command + ".real; printf '%s\\n' '#!/bin/sh' real=/run/"
                        + command
                        + ".real \"$0\" >/run/" + command + " && chmod 755 /run/" + command + " && mount --bind /run/"
                        + command
                        + " /usr/bin/" + command,
                script);
    }

    private void onLogin(String line, String argument) {
        Cluster.Output output = cluster.exec(cluster.host(1), "sh", "-c", line, argument);
        assertThat(output.status()).as(line + ": " + output.stderr()).isZero();
    }

    void restore(String command) {
        onLogin("umount /usr/bin/" + command);
    }
}
