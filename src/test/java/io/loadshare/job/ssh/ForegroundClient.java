package io.loadshare.job.ssh;

import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.job.ConnectionListener;
import io.loadshare.job.ForegroundJob;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobSettings;
import io.loadshare.job.JobSpec;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.jsch.JschTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A program that runs one job as the command line does, so that tests can end, stop and starve it. */
final class ForegroundClient {

    private ForegroundClient() {}

    /** A JVM that runs a job on a host of the cluster, with the bounds on memory given. */
    static ProcessBuilder process(Path cluster, Host host, String id, String bound, List<String> argv) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                bound,
                "-cp",
                System.getProperty("java.class.path"),
                ForegroundClient.class.getName(),
                cluster.toString(),
                host.name().value(),
                host.user().orElseThrow(),
                id));
        words.addAll(argv);
        return new ProcessBuilder(words);
    }

    public static void main(String[] words) throws Exception {
        Host host = new Host(
                new HostName(words[1]),
                words[1],
                OptionalInt.empty(),
                Optional.of(words[2]),
                Set.of(),
                1.0,
                false,
                Optional.empty());
        JobSpec spec = JobSpec.of(words[3], List.of(words).subList(4, words.length));
        try (JschTransport transport = SshHosts.transport(Path.of(words[0]));
                ForegroundJob job = new JobLauncher(
                                transport, JobSettings.DEFAULT, JobTestBase.HASTE, JobEngine.BEGIN_LIMIT)
                        .run(host, spec, true, ConnectionListener.SILENT, JobTestBase.seconds(30))) {
            System.out.println("started");
            job.stdout().transferTo(System.out);
            System.out.flush();
            System.exit(job.waitFor(Deadline.after(Duration.ofMinutes(5), System::nanoTime)));
        }
    }
}
