package io.loadshare.transport.external;

import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Pipe;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.TransportException.Reason;
import io.loadshare.transport.openssh.LocalUser;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The program, run for one command. */
final class ExternalProcess implements RemoteProcess {

    /** The exit status by which {@code ssh} says that it failed itself. */
    private static final int SSH_FAILED = 255;

    private static final int SECONDS_FOR_LAST_WORDS = 2;

    private final Host host;
    private final Process process;
    private final boolean inherit;
    private final InputStream stderr;
    private final ErrorStream errors;
    private final Consumer<ExternalProcess> atClose;

    private ExternalProcess(Host host, Process process, boolean inherit, Consumer<ExternalProcess> atClose) {
        this.host = host;
        this.process = process;
        this.inherit = inherit;
        this.atClose = atClose;
        Pipe pipe = new Pipe();
        this.stderr = inherit ? InputStream.nullInputStream() : pipe.reader();
        this.errors = new ErrorStream(process.getErrorStream(), inherit ? ownErrors() : pipe.writer());
    }

    /** Our own stderr, which is not to be closed. */
    private static OutputStream ownErrors() {
        return new FilterOutputStream(new FileOutputStream(FileDescriptor.err)) {
            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                out.write(bytes, offset, count);
            }

            @Override
            public void close() {
                // It is not ours alone.
            }
        };
    }

    static ExternalProcess start(
            Host host,
            List<String> program,
            RemoteCommand command,
            LocalUser caller,
            Consumer<ExternalProcess> atClose) {
        requireProgram(host, program.get(0), caller);
        List<String> words = withLine(program, command.line());
        if (command.terminal().isEmpty()) {
            words.add(0, "setsid"); // keys pressed at our terminal are ours alone to pass on
        }
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().clear();
        builder.environment().putAll(caller.environment());
        command.terminal().ifPresent(terminal -> builder.environment().put("TERM", terminal.type()));
        if (command.inherit()) {
            builder.redirectInput(Redirect.INHERIT).redirectOutput(Redirect.INHERIT);
        }
        try {
            return new ExternalProcess(host, builder.start(), command.inherit(), atClose);
        } catch (IOException e) {
            throw new TransportException(
                    Reason.CONFIGURATION,
                    "cannot reach " + host.name() + ": the program of ssh.command does not start: " + e.getMessage(),
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
                    "cannot reach " + host.name() + ": there is no program '" + program
                            + "' on this machine, which is to connect us (ssh.command)",
                    null);
        }
    }

    /**
     * The argument vector. Java writes arguments in the locale's encoding, which under LANG=C has ASCII alone, so a shell
     * decodes a line that has more.
     */
    private static List<String> withLine(List<String> program, String line) {
        List<String> words = new ArrayList<>();
        if (line.chars().allMatch(character -> character < 0x80)) {
            words.addAll(program);
            words.add(line);
            return words;
        }
        StringBuilder escaped = new StringBuilder();
        for (byte unit : line.getBytes(StandardCharsets.UTF_8)) {
            escaped.append(String.format("\\0%03o", unit & 0xff));
        }
        words.addAll(List.of("sh", "-c", "line=$(printf '%b_' \"$0\"); exec \"$@\" \"${line%_}\"", escaped.toString()));
        words.addAll(program);
        return words;
    }

    @Override
    public OutputStream stdin() {
        return inherit ? OutputStream.nullOutputStream() : process.getOutputStream();
    }

    @Override
    public InputStream stdout() {
        return inherit ? InputStream.nullInputStream() : process.getInputStream();
    }

    @Override
    public InputStream stderr() {
        return stderr;
    }

    @Override
    public int waitFor(Deadline deadline) {
        try {
            if (!process.waitFor(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                throw TransportException.timedOut(host, "end the command", deadline);
            }
            int status = process.exitValue();
            return status == SSH_FAILED ? explain(errors.tail(SECONDS_FOR_LAST_WORDS)) : status;
        } catch (InterruptedException e) {
            throw TransportException.interrupted(host);
        }
    }

    private int explain(String words) {
        Optional<Reason> reason = SshArguments.reason(words);
        if (reason.isEmpty()) {
            return SSH_FAILED;
        }
        throw new TransportException(
                reason.get(), "the program of ssh.command failed on " + host.name() + ": " + words.strip(), null);
    }

    @Override
    public void close() {
        atClose.accept(this);
        process.destroy();
        try {
            stderr.close();
            process.getInputStream().close();
            process.getOutputStream().close();
        } catch (IOException e) {
            // What was not written is lost with the program.
        }
    }
}
