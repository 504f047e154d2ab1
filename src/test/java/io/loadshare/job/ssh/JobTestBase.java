package io.loadshare.job.ssh;

import io.loadshare.host.Host;
import io.loadshare.job.ConnectionListener;
import io.loadshare.job.ForegroundJob;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobSettings;
import io.loadshare.job.JobSpec;
import io.loadshare.job.JobState;
import io.loadshare.job.OutputCursor;
import io.loadshare.testing.Waiting;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Session;
import io.loadshare.transport.ShellWords;
import io.loadshare.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A host to run jobs on, and what tests of jobs need beside. */
abstract class JobTestBase {

    static final ClientTimeouts HASTE = new ClientTimeouts(
            Duration.ofSeconds(1), Duration.ofSeconds(4), Optional.of(Duration.ofSeconds(4)), Duration.ofMinutes(5));

    private static final AtomicInteger COUNTER = new AtomicInteger();

    record Outcome(int status, String stdout, String stderr) {}

    abstract Transport transport();

    abstract Host host();

    static String newId() {
        return "t" + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
    }

    static Deadline seconds(int seconds) {
        return Deadline.after(Duration.ofSeconds(seconds), System::nanoTime);
    }

    JobLauncher launcher() {
        return new JobLauncher(transport(), JobSettings.DEFAULT, HASTE, JobEngine.BEGIN_LIMIT);
    }

    /** The engine, with a watcher if the test has one. */
    SshJobEngine engine() {
        return engine(null);
    }

    SshJobEngine engine(JobWatcher watcher) {
        return new SshJobEngine(transport(), launcher(), watcher, InstantSource.system());
    }

    JobState state(Job job) {
        try (Session session = transport().connect(host(), seconds(20))) {
            JobPoll.Question question = new JobPoll.Question(job, OutputCursor.START);
            return JobPoll.ask(session, List.of(question), 0, seconds(20))
                    .get(0)
                    .state();
        }
    }

    /** Runs a line of sh on the host and gives what it prints, without what the user's profile does. */
    String sh(String line) {
        byte[] script = ("echo; echo BEGIN\n" + line).getBytes(StandardCharsets.UTF_8);
        try (Session session = transport().connect(host(), seconds(10))) {
            String output =
                    session.run("exec /bin/sh", script, 1 << 20, seconds(20)).stdoutText();
            return output.substring(output.indexOf("\nBEGIN\n") + "\nBEGIN\n".length())
                    .strip();
        }
    }

    Outcome run(JobSpec spec) {
        return run(spec, new byte[0]);
    }

    Outcome run(JobSpec spec, byte[] stdin) {
        try (ForegroundJob job = launcher().run(host(), spec, true, ConnectionListener.SILENT, seconds(20))) {
            CompletableFuture<byte[]> stderr = readAll(job.stderr());
            CompletableFuture<byte[]> stdout = readAll(job.stdout());
            try (OutputStream out = job.stdin()) {
                out.write(stdin);
            } catch (IOException e) {
                // a program that does not read its input
            }
            int status = job.waitFor(seconds(30));
            return new Outcome(status, ShellWords.decode(stdout.join()), ShellWords.decode(stderr.join()));
        }
    }

    static CompletableFuture<byte[]> readAll(InputStream in) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                in.transferTo(out);
                return out.toByteArray();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    /** Waits until something is so; fails, saying what was not, after so many seconds. */
    static void await(String what, int seconds, BooleanSupplier condition) {
        Waiting.until(what, Duration.ofSeconds(seconds), condition::getAsBoolean);
    }
}
