package io.loadshare.cli.launch;

import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.Terminal;
import io.loadshare.cli.options.OptionBinding;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.JobStart;
import io.loadshare.dispatch.Launch;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.dispatch.Postponement;
import io.loadshare.dispatch.RetryBackoff;
import io.loadshare.dispatch.WaitPolicy;
import io.loadshare.host.Host;
import io.loadshare.job.ForegroundJob;
import io.loadshare.job.JobSpec;
import io.loadshare.job.ssh.SshJobEngine;
import io.loadshare.license.LicenseFailure;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.transport.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Model.OptionSpec;

/** A launch whose end this program awaits. */
public final class ConsoleLaunch {

    private final CommandServices wiring;
    private final Console console;
    private final SshJobEngine engine;
    private final PlacementRequest request;
    private final WaitPolicy patience;
    private final ConsoleListener listener;
    private Optional<Consumer<PlacedRequest>> letGo = Optional.empty();

    public ConsoleLaunch(
            CommandServices wiring,
            Console console,
            SshJobEngine engine,
            PlacementRequest request,
            WaitPolicy patience,
            ConsoleListener listener) {
        this.wiring = wiring;
        this.console = console;
        this.engine = engine;
        this.request = request;
        this.patience = patience;
        this.listener = listener;
    }

    /** Starts a job that continues after this program ends, and returns its ID. */
    public String detach(Function<PlacedRequest, JobSpec> spec) throws InterruptedException {
        return start(place -> engine.start(place.host(), spec.apply(place), () -> {}, deadline()), Optional.empty())
                .place()
                .id();
    }

    /** The exit status of a job that a signal has ended, less the number of the signal. */
    private static final int KILLED = 128;

    /** Returns the option that sets how often a job is tried again. */
    public static OptionBinding<Integer> retryLicenseOption() {
        return OptionBinding.option(
                0,
                "If the license server refuses the job a license, run it again later, up to N times. The job gets no"
                        + " input.",
                () -> OptionSpec.builder("--retry-license").type(int.class).paramLabel("N"));
    }

    /** Returns the option that gives a job a display. */
    public static OptionBinding<String> displayOption() {
        return OptionBinding.option(
                "none",
                "virtual: give the job a display without a screen (Xvfb), for programs that draw.",
                () -> OptionSpec.builder("--display").type(String.class).paramLabel("virtual"));
    }

    /** Returns the display that the option names. */
    public static JobSpec.Display display(OptionBinding<String> option) {
        try {
            return JobSpec.Display.parse(option.value());
        } catch (IllegalArgumentException e) {
            throw new LoadshareException(LoadshareException.Kind.USAGE, "--" + e.getMessage());
        }
    }

    /**
     * Runs a job with this program's streams, and returns its exit status.
     *
     * @param input whether the job gets this program's input
     * @param retries how often to run it again if the license server refuses it a license; then it gets no input.
     *     Until then, it waits in the queue.
     */
    public int foreground(Function<PlacedRequest, JobSpec> spec, boolean tty, boolean input, int retries)
            throws InterruptedException {
        if (retries < 0) {
            throw new LoadshareException(LoadshareException.Kind.USAGE, "--retry-license must be ≥ 0, was " + retries);
        }
        RetryBackoff backoff = new RetryBackoff(wiring.configuration().retry());
        Optional<Postponement> postponement = Optional.empty();
        for (int retry = 1; ; retry++) {
            Ended ended = runOnce(spec, tty, input && retries == 0, postponement);
            boolean failed = ended.status() > 0 && ended.status() < KILLED; // by itself, whatever it printed before
            Optional<LicenseFailure> failure = failed ? ended.licenseFailure() : Optional.empty();
            if (failure.isEmpty()) {
                return ended.status();
            }
            boolean again = retry <= retries && failure.get().mayPass();
            Duration delay = backoff.before(retry);
            String cause = ended.job() + " " + failure.get();
            String count = "(retry " + retry + " of " + retries + ")";
            console.say(cause + (again ? "; trying again in " + Durations.print(delay) + " " + count : ""));
            if (!again) {
                return ended.status();
            }
            postponement = Optional.of(new Postponement(wiring.clock().instant().plus(delay), cause + " " + count));
        }
    }

    /** The end of one run of the job. */
    private record Ended(String job, int status, Optional<LicenseFailure> licenseFailure) {}

    private Ended runOnce(
            Function<PlacedRequest, JobSpec> spec, boolean tty, boolean input, Optional<Postponement> postponement)
            throws InterruptedException {
        ShutdownHook hook = new ShutdownHook();
        try (Terminal terminal = Terminal.open(tty, wiring.environment())) {
            Launch.Started<ForegroundJob> running = start(
                    new Launch.Owner<>() {
                        @Override
                        public ForegroundJob start(PlacedRequest place) {
                            JobSpec job = spec.apply(place);
                            hook.starting();
                            return terminal.forCommand().isPresent()
                                    ? engine.runOnTerminal(
                                            place.host(),
                                            job,
                                            terminal.forCommand().get(),
                                            deadline())
                                    : engine.run(place.host(), job, input, new ConnectionMessages(console), deadline());
                        }

                        @Override
                        public void notStarted(PlacedRequest place) {
                            hook.failed();
                        }

                        /**
                         * Returns zero for a host: the streams are lost with the connection, so the host itself ends the job, if
                         * it runs. A cluster runs it without us.
                         */
                        @Override
                        public Duration askForAnswer(Host host) {
                            return host.isCluster() ? JobStart.CERTAIN_AFTER : Duration.ZERO;
                        }
                    },
                    postponement);
            try (ForegroundJob job = running.job()) {
                letGo.ifPresent(whenStarted -> whenStarted.accept(running.place()));
                PlacedRequest place = running.place();
                ForegroundSession session =
                        new ForegroundSession(wiring, console, place, job, terminal, input, letGo.isPresent(), hook);
                int status = session.await();
                return new Ended("job " + place.id() + " on " + place.host().name(), status, session.licenseFailure());
            }
        } finally {
            hook.failed();
        }
    }

    /** Reports the start of a job with our streams to a process that then detaches from us. */
    void whenStarted(Consumer<PlacedRequest> whenStarted) {
        letGo = Optional.of(whenStarted);
    }

    private <T> Launch.Started<T> start(Launch.Owner<T> owner, Optional<Postponement> postponement)
            throws InterruptedException {
        Dispatcher dispatcher = wiring.dispatcher();
        Launch<T> launch = dispatcher.launch(request, patience, listener, wiring.scans()::look, owner);
        postponement.ifPresent(launch::postpone);
        return dispatcher.await(launch);
    }

    private Deadline deadline() {
        return wiring.deadline(wiring.configuration().scan().timeout());
    }
}
