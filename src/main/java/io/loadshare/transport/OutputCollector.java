package io.loadshare.transport;

import io.loadshare.host.Host;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A collector that sends a command its input and collects all its output, up to a limit. */
final class OutputCollector {

    private final Host host;
    private final RemoteProcess process;
    private final int limit;
    private final Deadline deadline;

    OutputCollector(Host host, RemoteProcess process, int limit, Deadline deadline) {
        this.host = host;
        this.process = process;
        this.limit = limit;
        this.deadline = deadline;
    }

    CommandResult gather(byte[] input) {
        CompletableFuture<byte[]> stderr = inBackground(() -> readAll(process.stderr(), "stderr"));
        CompletableFuture<byte[]> stdout = inBackground(() -> readAll(process.stdout(), "stdout"));
        inBackground(() -> {
            try (OutputStream out = process.stdin()) {
                out.write(input);
            } catch (IOException e) {
                // The command may end without reading its input; its exit status shows whether that was correct.
            }
            return input;
        });
        int status;
        try {
            status = process.waitFor(deadline);
        } finally {
            throwTooMuch(stdout);
            throwTooMuch(stderr);
        }
        return new CommandResult(status, join(stdout), join(stderr));
    }

    private interface IoCall {
        byte[] call() throws IOException;
    }

    private CompletableFuture<byte[]> inBackground(IoCall call) {
        CompletableFuture<byte[]> future = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        future.complete(call.call());
                    } catch (IOException | RuntimeException e) {
                        future.completeExceptionally(e);
                        process.close(); // nobody reads the rest, so the command would block until the deadline
                    }
                },
                "loadshare-gather");
        thread.setDaemon(true);
        thread.start();
        return future;
    }

    private byte[] readAll(InputStream in, String name) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        int count;
        while ((count = in.read(buffer)) >= 0) {
            if (out.size() + count > limit) {
                throw TransportException.tooMuch(host, limit, name);
            }
            out.write(buffer, 0, count);
        }
        return out.toByteArray();
    }

    private static void throwTooMuch(CompletableFuture<byte[]> output) {
        if (output.isCompletedExceptionally()) {
            try {
                output.join();
            } catch (java.util.concurrent.CompletionException e) {
                if (e.getCause() instanceof TransportException failure) {
                    throw failure;
                }
            }
        }
    }

    /**
     * Waits for the end of the output, also until the deadline, because a process that the command leaves behind may
     * keep it open.
     */
    private byte[] join(CompletableFuture<byte[]> output) {
        try {
            return output.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw TransportException.timedOut(host, "close the output of the command", deadline);
        } catch (InterruptedException e) {
            throw TransportException.interrupted(host);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof TransportException failure
                    ? failure
                    : TransportException.lost(host, e.getCause());
        }
    }
}
