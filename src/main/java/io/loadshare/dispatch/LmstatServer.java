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

/**
 * Asks a FlexNet license server by running the feature's command ({@code lmutil lmstat -a -c PORT@HOST}) on this machine,
 * without a shell and in the C locale. One answer serves all features of the same command for {@link #SERVES}, a failure
 * too. Any thread may call; who asks while the command runs waits for its answer.
 */
public final class LmstatServer implements LicenseServer {

    /** How long an answer serves. */
    public static final Duration SERVES = Duration.ofSeconds(30);

    /** How long the command may take. */
    public static final Duration QUERY_TIMEOUT = Duration.ofSeconds(10);

    private static final int LARGEST_ANSWER = 16 << 20;

    private final HostInventory inventory;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final Duration patience;
    private final Map<List<String>, Answer> answers = new ConcurrentHashMap<>();

    /** What the command printed, or, as {@code failure}, why that is not known. */
    private record Answer(String text, String failure, Instant at) {}

    /** @param nanoClock as {@link System#nanoTime} */
    public LmstatServer(HostInventory inventory, InstantSource clock, LongSupplier nanoClock) {
        this(inventory, clock, nanoClock, QUERY_TIMEOUT);
    }

    LmstatServer(HostInventory inventory, InstantSource clock, LongSupplier nanoClock, Duration patience) {
        this.inventory = inventory;
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.patience = patience;
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
        return new LmstatOutput(answer.text, inventory)
                .usage(feature.name(), answer.at.atZone(ZoneOffset.UTC).toLocalDate());
    }

    private Answer ask(List<String> command) {
        Deadline deadline = Deadline.after(patience, nanoClock);
        Process process;
        try {
            process = start(command);
        } catch (IOException e) {
            return new Answer(null, e.getMessage(), clock.instant());
        }
        FutureTask<String> reading = new FutureTask<>(() -> readAll(process.getInputStream()));
        Thread reader = new Thread(reading, "loadshare-lmstat");
        reader.setDaemon(true);
        reader.start();
        try {
            String text = reading.get(deadline.remainingMillis(), TimeUnit.MILLISECONDS);
            return new Answer(text, null, clock.instant());
        } catch (TimeoutException e) {
            String failure = "'" + command.get(0) + "' did not end within " + Durations.print(patience);
            return new Answer(null, failure, clock.instant());
        } catch (ExecutionException e) {
            return new Answer(null, "'" + command.get(0) + "': " + e.getCause().getMessage(), clock.instant());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(null, "interrupted while '" + command.get(0) + "' ran", Instant.EPOCH);
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
