package io.loadshare.bench.compare;

import io.loadshare.host.Host;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobListener;
import io.loadshare.job.JobSettings;
import io.loadshare.job.JobSpec;
import io.loadshare.job.JobState;
import io.loadshare.job.OutputCursor;
import io.loadshare.job.ssh.SshJobEngine;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.jsch.JschTransport;
import io.loadshare.transport.openssh.LocalUser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A process that starts one job that prints, and reads all its output anew whenever a line comes, as Jenkins' steps do. It
 * answers with the megabytes that came. Arguments: ssh_config, known_hosts, name of the host, id of the job, its words.
 */
final class StreamServer implements JobListener {

    private static final Duration TIME_TO_START = Duration.ofSeconds(20);

    private long bytes;

    public static void main(String[] args) throws IOException, InterruptedException {
        SshSettings ssh = new SshSettings(Path.of(args[0]), Path.of(args[1]), Optional.empty(), List.of());
        Host host = Host.named(args[2]);
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
        try (Transport transport = new JschTransport(ssh, LocalUser.current(), new Random())) {
            JobSpec spec = JobSpec.of(args[3], List.of(args).subList(4, args.length));
            JobEngine engine = new SshJobEngine(transport, JobSettings.DEFAULT, executor, InstantSource.system());
            Job job = engine.start(host, spec, () -> {}, Deadline.after(TIME_TO_START, System::nanoTime));
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (lines.readLine() != null) {
                StreamServer reader = new StreamServer();
                engine.attach(host, job, OutputCursor.START, reader);
                System.out.println(reader.bytes / StreamCommand.MEGABYTE);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Override
    public void output(byte[] part, OutputCursor next) {
        bytes += part.length;
    }

    @Override
    public void state(JobState state) {
        // its end ends attach
    }

    @Override
    public void gaveUp(String message) {
        System.err.println(message);
    }
}
