package io.loadshare.cli;

import io.loadshare.Failure;
import io.loadshare.host.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The same work on many hosts at once, each outcome told in a line. */
final class HostWork {

    private static final int AT_ONCE = 16;

    private final Console console;
    private final String title;
    private final List<Host> hosts;

    private HostWork(Console console, String title, List<Host> hosts) {
        this.console = console;
        this.title = title;
        this.hosts = hosts;
    }

    static HostWork of(Console console, String title, List<Host> hosts) {
        return new HostWork(console, title, hosts);
    }

    /** Work on one host; returns what came of it, or fails. */
    interface Task {
        String run(Host host);
    }

    /** Does the work; returns the exit status. */
    int run(Task task) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE, work -> {
            Thread thread = new Thread(work, "loadshare-hosts");
            thread.setDaemon(true);
            return thread;
        });
        try (Progress progress = Progress.of(console, title, hosts.size())) {
            List<Future<Boolean>> done = new ArrayList<>();
            for (Host host : hosts) {
                done.add(threads.submit(() -> succeeds(task, host, progress)));
            }
            threads.shutdown();
            threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
            return status(done.stream().filter(HostWork::result).count(), hosts.size());
        } finally {
            threads.shutdownNow();
        }
    }

    private boolean succeeds(Task task, Host host, Progress progress) {
        try {
            String words = task.run(host);
            progress.say(host.name() + ": " + words);
            return true;
        } catch (Failure e) {
            progress.say(host.name() + ": " + e.getMessage());
            return false;
        } finally {
            progress.step();
        }
    }

    private static boolean result(Future<Boolean> done) {
        try {
            return done.get();
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new Failure(Failure.Kind.SOFTWARE, "work on a host failed: " + e.getMessage(), e);
        }
    }

    /** 0 if all went well, 1 if some did not, 69 if none did. */
    static int status(long well, int all) {
        if (well == all) {
            return 0;
        }
        return well > 0 ? 1 : Failure.Kind.UNAVAILABLE.exitStatus();
    }
}
