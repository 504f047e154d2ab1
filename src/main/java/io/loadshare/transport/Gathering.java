package io.loadshare.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;

/** Feeds a command and gathers all it prints, within a bound. */
final class Gathering {

    private Gathering() {}

    static CommandResult gather(RemoteProcess process, byte[] input, int limit, Deadline deadline) throws IOException {
        CompletableFuture<byte[]> stderr = inBackground(() -> readAll(process.stderr(), limit, "stderr"));
        CompletableFuture<byte[]> stdout = inBackground(() -> readAll(process.stdout(), limit, "stdout"));
        CompletableFuture<Void> stdin = inBackground(() -> {
            try (OutputStream out = process.stdin()) {
                out.write(input);
            } catch (IOException e) {
                // The command may end without reading its input; its status tells whether that was right.
            }
            return null;
        });
        int status = process.waitFor(deadline);
        stdin.cancel(false);
        return new CommandResult(status, join(stdout), join(stderr));
    }

    private interface IoCall<T> {
        T call() throws IOException;
    }

    private static <T> CompletableFuture<T> inBackground(IoCall<T> call) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        future.complete(call.call());
                    } catch (IOException | RuntimeException e) {
                        future.completeExceptionally(e);
                    }
                },
                "loadshare-gather");
        thread.setDaemon(true);
        thread.start();
        return future;
    }

    private static byte[] join(CompletableFuture<byte[]> future) throws IOException {
        try {
            return future.join();
        } catch (java.util.concurrent.CompletionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }

    private static byte[] readAll(InputStream in, int limit, String name) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        int count;
        while ((count = in.read(buffer)) >= 0) {
            if (out.size() + count > limit) {
                throw new IOException("the command printed more than " + limit + " bytes on " + name);
            }
            out.write(buffer, 0, count);
        }
        return out.toByteArray();
    }
}
