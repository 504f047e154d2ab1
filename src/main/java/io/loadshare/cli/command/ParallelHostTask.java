package io.loadshare.cli.command;

import io.loadshare.LoadshareException;
import io.loadshare.LoadshareException.Kind;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.ProgressDisplay;
import io.loadshare.config.JobRequirements;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;

/** The same task, run on many hosts in parallel. */
final class ParallelHostTask {

    private static final int AT_ONCE = 16;

    private final Console console;
    private final String title;
    private final List<Host> hosts;

    private ParallelHostTask(Console console, String title, List<Host> hosts) {
        this.console = console;
        this.title = title;
        this.hosts = hosts;
    }

    static ParallelHostTask of(Console console, String title, List<Host> hosts) {
        return new ParallelHostTask(console, title, hosts);
    }

    /**
     * Returns the hosts of node sets, each once, all of which must be in the inventory; without node sets, all hosts.
     */
    static List<Host> choose(HostInventory inventory, List<String> nodeSets) {
        return nodeSets == null
                ? inventory.machines()
                : nodeSets.stream()
                        .flatMap(nodeSet -> JobRequirements.requireKnown(inventory, nodeSet).stream())
                        .distinct()
                        .map(name -> inventory.find(name).orElseThrow())
                        .toList();
    }

    /** The task for one host; returns its result, or fails. */
    interface Task {
        String run(Host host);
    }

    /**
     * The outcome on one host: the result of the task, or the reason of its failure.
     *
     * @param failure empty if the task succeeded
     */
    record Outcome(Host host, Optional<Kind> failure, String words) {

        boolean isWell() {
            return failure.isEmpty();
        }

        @Override
        public String toString() {
            return host.name() + ": " + words;
        }
    }

    /** Runs the task, and prints each outcome on a line as it arrives; returns the exit status. */
    int run(Task task) throws InterruptedException {
        return status(run(task, (outcome, progress) -> progress.say(outcome.toString())));
    }

    /** Runs the task; returns the outcomes in the order of the hosts. */
    List<Outcome> gather(Task task) throws InterruptedException {
        return run(task, (outcome, progress) -> {});
    }

    private List<Outcome> run(Task task, BiConsumer<Outcome, ProgressDisplay> listener) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE, work -> {
            Thread thread = new Thread(work, "loadshare-hosts");
            thread.setDaemon(true);
            return thread;
        });
        try (ProgressDisplay progress = ProgressDisplay.of(console, title, hosts.size())) {
            List<Callable<Outcome>> work = new ArrayList<>();
            for (Host host : hosts) {
                work.add(() -> {
                    Outcome outcome = outcome(task, host);
                    listener.accept(outcome, progress);
                    progress.step();
                    return outcome;
                });
            }
            return threads.invokeAll(work).stream()
                    .map(ParallelHostTask::result)
                    .toList();
        } finally {
            threads.shutdownNow();
        }
    }

    private static Outcome outcome(Task task, Host host) {
        try {
            return new Outcome(host, Optional.empty(), task.run(host));
        } catch (LoadshareException e) {
            return new Outcome(host, Optional.of(e.kind()), e.getMessage());
        }
    }

    private static Outcome result(Future<Outcome> done) {
        try {
            return done.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new LoadshareException(Kind.SOFTWARE, "work on a host failed: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the exit status: 0 if all hosts succeeded, 1 if some did not, 69 if none did, or 77 or 78 if all failed for
     * that reason.
     */
    static int status(List<Outcome> outcomes) {
        List<Kind> failures =
                outcomes.stream().flatMap(outcome -> outcome.failure().stream()).toList();
        return failures.size() < outcomes.size() || failures.isEmpty()
                ? status(outcomes.size() - failures.size(), outcomes.size())
                : Kind.ofAll(failures.stream()).exitStatus();
    }

    /** Returns the exit status: 0 if all hosts succeeded, 1 if some did not, 69 if none did. */
    static int status(long well, int all) {
        if (well == all) {
            return 0;
        }
        return well > 0 ? 1 : Kind.UNAVAILABLE.exitStatus();
    }
}
