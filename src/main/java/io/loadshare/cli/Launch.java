package io.loadshare.cli;

import io.loadshare.dispatch.Departure;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.PendingRequest;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.dispatch.WaitPolicy;
import io.loadshare.job.ForegroundJob;
import io.loadshare.job.JobLauncher;
import io.loadshare.job.JobSpec;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.transport.Deadline;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** One request on its way to a started job, which it waits for. */
final class Launch {

    private final CommandServices wiring;
    private final Console console;
    private final Dispatcher dispatcher;
    private final PendingRequest pending;
    private final Departure departure;
    private final JobLauncher launcher;
    private Optional<Consumer<PlacedRequest>> letGo = Optional.empty();

    /**
     * @param telling is told where the job goes, each time that is decided
     */
    Launch(
            CommandServices wiring,
            Console console,
            JobLauncher launcher,
            PlacementRequest request,
            WaitPolicy patience,
            ConsoleListener telling) {
        this.launcher = launcher;
        this.wiring = wiring;
        this.console = console;
        this.dispatcher = wiring.dispatcher();
        this.pending = dispatcher.request(request, patience, telling);
        this.departure = new Departure(dispatcher, pending, wiring.scans()::look, telling, telling::goesTo);
    }

    /** Starts a job that outlives us, and gives its id. */
    String detach(Function<PlacedRequest, JobSpec> spec) throws InterruptedException {
        return start(place -> launcher.start(place.host(), spec.apply(place), deadline()))
                .place()
                .id();
    }

    /**
     * Runs a job with our streams, and returns its exit status.
     *
     * @param input whether the job gets our input
     */
    int foreground(Function<PlacedRequest, JobSpec> spec, boolean tty, boolean input) throws InterruptedException {
        ShutdownHook hook = new ShutdownHook();
        try (Terminal terminal = Terminal.open(tty, wiring.environment())) {
            Departure.Started<ForegroundJob> running = start(place -> {
                JobSpec job = spec.apply(place);
                hook.starting();
                try {
                    return terminal.forCommand().isPresent()
                            ? launcher.runOnTerminal(
                                    place.host(), job, terminal.forCommand().get(), deadline())
                            : launcher.run(place.host(), job, input, new ConnectionMessages(console), deadline());
                } catch (RuntimeException e) {
                    hook.failed();
                    throw e;
                }
            });
            try (ForegroundJob job = running.job()) {
                letGo.ifPresent(listener -> listener.accept(running.place()));
                return new ForegroundSession(
                                wiring, console, running.place(), job, terminal, input, letGo.isPresent(), hook)
                        .await();
            }
        } finally {
            hook.failed();
        }
    }

    /** Tells someone who then lets go of us when a job with our streams has started. */
    void whenStarted(Consumer<PlacedRequest> listener) {
        letGo = Optional.of(listener);
    }

    /** Starts the job, on the next best host if need be. */
    private <T> Departure.Started<T> start(Function<PlacedRequest, T> starter) throws InterruptedException {
        while (true) {
            Optional<Departure.Started<T>> running = departure.start(dispatcher.await(pending), starter);
            if (running.isPresent()) {
                return running.get();
            }
        }
    }

    private Deadline deadline() {
        return wiring.deadline(wiring.configuration().scan().timeout());
    }
}
