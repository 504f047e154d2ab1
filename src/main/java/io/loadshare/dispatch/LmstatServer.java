package io.loadshare.dispatch;

import io.loadshare.Durations;
import io.loadshare.host.HostInventory;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.LicenseServer;
import io.loadshare.license.ServerUsage;
import io.loadshare.transport.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client of a FlexNet license server. It runs the feature's command ({@code lmutil lmstat -a -c PORT@HOST}) on this
 * machine, without a shell and in the C locale. One answer, or one failure, serves all features with the same command
 * for {@link #SERVES}. This class is thread-safe; a caller that asks while the command runs waits for its answer.
 */
public final class LmstatServer implements LicenseServer {

    /** How long an answer is reused. */
    public static final Duration SERVES = Duration.ofSeconds(30);

    /** The time limit of the command. */
    public static final Duration QUERY_TIMEOUT = Duration.ofSeconds(10);

    /** The JVM reports a process that a signal killed as this number plus the signal. */
    private static final int SIGNALED = 128;

    private static final int HEAD = 4096;

    /** The interpreter of a script, or the loader that an ELF program names near its beginning. */
    private static final Pattern LOADER =
            Pattern.compile("\\A#! *(/\\S+)|\\A\\x7fELF.*?\\x00(/[!-~]+)\\x00", Pattern.DOTALL);

    private static final int LARGEST_ANSWER = 16 << 20;

    private final HostInventory inventory;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final Duration queryTimeout;
    private final Map<List<String>, Answer> answers = new ConcurrentHashMap<>();

    /** The output and exit status of the command, or, as {@code failure}, the reason why they are unknown. */
    private record Answer(String text, int status, String failure, Instant at) {

        static Answer none(String failure, Instant at) {
            return new Answer("", 0, failure, at);
        }
    }

    /** @param nanoClock a clock like {@link System#nanoTime} */
    public LmstatServer(HostInventory inventory, InstantSource clock, LongSupplier nanoClock) {
        this(inventory, clock, nanoClock, QUERY_TIMEOUT);
    }

    LmstatServer(HostInventory inventory, InstantSource clock, LongSupplier nanoClock, Duration queryTimeout) {
        this.inventory = inventory;
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.queryTimeout = queryTimeout;
    }

    @Override
    public ServerUsage usage(LicenseFeature feature) {
        Answer answer = answers.compute(
                feature.server(),
                (command, last) ->
                        last != null && clock.instant().isBefore(last.at.plus(SERVES)) ? last : ask(command));
        if (answer.failure != null) {
            return new ServerUsage.Unknown(answer.failure);
        }
        ServerUsage usage = new LmstatOutput(answer.text, inventory)
                .usage(feature.feature(), answer.at.atZone(ZoneOffset.UTC).toLocalDate());
        return answer.status == 0 || usage instanceof ServerUsage.Unknown
                ? usage
                : new ServerUsage.Unknown("'" + feature.server().get(0) + "' "
                        + (answer.status > SIGNALED
                                ? "was killed by signal " + (answer.status - SIGNALED)
                                : "ended with status " + answer.status)
                        + ", so its answer may lack a part");
    }

    private Answer ask(List<String> command) {
        Deadline deadline = Deadline.after(queryTimeout, nanoClock);
        Process process;
        try {
            process = start(command);
        } catch (IOException e) {
            return Answer.none(whyNotStarted(command.get(0), e), clock.instant());
        }
        FutureTask<Answer> reading = new FutureTask<>(() -> {
            String text = readAll(process.getInputStream());
            return new Answer(text, process.waitFor(), null, clock.instant());
        });
        Thread reader = new Thread(reading, "loadshare-lmstat");
        reader.setDaemon(true);
        reader.start();
        try {
            return reading.get(deadline.remainingMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            String failure = "'" + command.get(0) + "' did not end within " + Durations.print(queryTimeout);
            return Answer.none(failure, clock.instant());
        } catch (ExecutionException e) {
            return Answer.none("'" + command.get(0) + "': " + e.getCause().getMessage(), clock.instant());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.none("interrupted while '" + command.get(0) + "' ran", Instant.EPOCH);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        return builder.redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .start();
    }

    /**
     * Returns why a program did not start. If its interpreter or loader is missing, the system reports the program
     * itself as missing; this method finds the file that is really missing.
     */
    private static String whyNotStarted(String program, IOException e) {
        Path file = Path.of(program);
        if (!file.isAbsolute() || !Files.isRegularFile(file)) {
            return e.getMessage();
        }
        try (InputStream in = Files.newInputStream(file)) {
            String head = new String(in.readNBytes(HEAD), StandardCharsets.ISO_8859_1);
            Matcher loader = LOADER.matcher(head);
            String missing = loader.find() ? loader.group(1) == null ? loader.group(2) : loader.group(1) : "";
            return missing.isEmpty() || Files.exists(Path.of(missing))
                    ? e.getMessage()
                    : "'" + program + "' needs " + missing
                            + ", which is missing. Install it; for lmutil, a package such as" + " lsb-core has it.";
        } catch (IOException | InvalidPathException unreadable) {
            return e.getMessage();
        }
    }

    private static String readAll(InputStream in) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        int count;
        while ((count = in.read(buffer)) >= 0) {
            out.write(buffer, 0, count);
            if (out.size() > LARGEST_ANSWER) {
                throw new IOException("printed more than " + LARGEST_ANSWER + " bytes");
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
