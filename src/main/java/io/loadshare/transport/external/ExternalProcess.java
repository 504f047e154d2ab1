package io.loadshare.transport.external;

import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Pipe;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.ShellGate;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.TransportException.Reason;
import io.loadshare.transport.openssh.LocalUser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The external program, run for one command. */
final class ExternalProcess implements RemoteProcess {

    /** The exit status with which {@code ssh} reports a failure of its own. */
    private static final int SSH_FAILED = 255;

    private static final Duration TIME_FOR_LAST_WORDS = Duration.ofSeconds(2);

    private final Host host;
    private final Process process;
    private final ShellGate gate;
    private final InputStream stdout;
    private final InputStream stderr;
    private final ForwardedStream errors;
    private final Consumer<ExternalProcess> atClose;

    private ExternalProcess(
            ExternalSession session, RemoteCommand command, Starter starter, Consumer<ExternalProcess> atClose)
            throws IOException {
        Pipe out = new Pipe();
        Pipe err = new Pipe();
        this.host = session.host();
        this.atClose = atClose;
        this.stdout = out.reader();
        this.stderr = err.reader();
        this.gate = new ShellGate(host, session.user(), command, out.writer(), err.writer());
        this.process = starter.start(gate.loginLine());
        new ForwardedStream("stdout", process.getInputStream(), gate.stdout());
        this.errors = new ForwardedStream("stderr", process.getErrorStream(), gate.stderr());
    }

    private interface Starter {
        Process start(String line) throws IOException;
    }

    /** @param program the program and its arguments up to the host */
    static ExternalProcess start(
            ExternalSession session,
            List<String> program,
            RemoteCommand command,
            LocalUser caller,
            Consumer<ExternalProcess> atClose) {
        requireProgram(session.host(), program.get(0), caller);
        ProcessBuilder builder = new ProcessBuilder("setsid"); // only this program passes on the keys pressed here
        builder.command().addAll(program);
        builder.environment().clear();
        builder.environment().putAll(caller.environment());
        command.terminal().ifPresent(terminal -> builder.environment().put("TERM", terminal.type()));
        Starter starter = line -> {
            builder.command().add(line);
            return builder.start();
        };
        try {
            return new ExternalProcess(session, command, starter, atClose);
        } catch (IOException e) {
            throw new TransportException(
                    Reason.CONFIGURATION,
                    "cannot reach " + session.host().name() + ": the program of ssh.command does not start: "
                            + e.getMessage(),
                    e);
        }
    }

    private static void requireProgram(Host host, String program, LocalUser caller) {
        boolean found = program.contains("/")
                ? Files.isExecutable(Path.of(program))
                : caller.program(program).isPresent();
        if (!found) {
            throw new TransportException(
                    Reason.CONFIGURATION,
                    "cannot reach " + host.name() + ": no program '" + program
                            + "' on this machine. Correct ssh.command.",
                    null);
        }
    }

    /**
     * Sends the command after the host has proved that it reads it.
     *
     * @param letIn returns whether the host accepts the login, for a host that does not answer
     */
    void open(BooleanSupplier letIn, Deadline deadline) {
        try {
            if (!gate.open(process.getOutputStream(), deadline)) {
                throw notStarted(letIn, deadline);
            }
        } catch (IOException e) {
            throw TransportException.lost(host, e);
        } catch (InterruptedException e) {
            throw TransportException.interrupted(host);
        }
    }

    private TransportException notStarted(BooleanSupplier letIn, Deadline deadline) throws InterruptedException {
        if (!gate.hasEnded() || !process.waitFor(TIME_FOR_LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
            return gate.hasPrinted() || letIn.getAsBoolean()
                    ? gate.refusal(OptionalInt.empty(), deadline)
                    : TransportException.timedOut(host, "start the command", deadline);
        }
        int status = process.exitValue();
        return failure(status, Reason.NO_CONNECTION).orElseGet(() -> gate.refusal(OptionalInt.of(status), deadline));
    }

    /** Returns the failure of the program itself, if it failed. */
    private Optional<TransportException> failure(int status, Reason lost) throws InterruptedException {
        if (status != SSH_FAILED) {
            return Optional.empty();
        }
        errors.awaitEnd(TIME_FOR_LAST_WORDS);
        String words = errors.tail();
        return SshArguments.reason(words)
                .map(reason -> new TransportException(
                        reason == Reason.LOST ? lost : reason,
                        "the program of ssh.command failed on " + host.name() + ": " + words.strip()
                                + SshArguments.advice(words),
                        null));
    }

    @Override
    public OutputStream stdin() {
        return process.getOutputStream();
    }

    @Override
    public InputStream stdout() {
        return stdout;
    }

    @Override
    public InputStream stderr() {
        return stderr;
    }

    @Override
    public int foreignErrors() {
        try {
            boolean failed = process.waitFor(TIME_FOR_LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
                    && process.exitValue() == SSH_FAILED;
            return failed ? SshArguments.lastWords(errors.tail()) : 0;
        } catch (InterruptedException e) {
            throw TransportException.interrupted(host);
        }
    }

    @Override
    public int waitFor(Deadline deadline) {
        try {
            boolean ended = process.waitFor(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            if (!ended) {
                throw TransportException.timedOut(host, "end the command", deadline);
            }
            Optional<TransportException> failure = failure(process.exitValue(), Reason.LOST);
            if (failure.isPresent()) {
                throw failure.get();
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw TransportException.interrupted(host);
        }
    }

    @Override
    public void close() {
        atClose.accept(this);
        process.destroy();
        try {
            stdout.close();
            stderr.close();
            process.getOutputStream().close();
        } catch (IOException e) {
            // Unwritten input is lost with the program.
        }
    }
}
