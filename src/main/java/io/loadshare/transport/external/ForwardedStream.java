package io.loadshare.transport.external;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A thread that passes on a stream of a program and keeps the last part of it. */
final class ForwardedStream {

    private static final int REMEMBERED = 4096;
    private static final int BLOCK = 64 * 1024;

    private final CountDownLatch ended = new CountDownLatch(1);
    private byte[] last = {};

    /** @param to closed at the end */
    ForwardedStream(String name, InputStream from, OutputStream to) {
        Thread thread = new Thread(() -> pass(from, to), "loadshare-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void pass(InputStream from, OutputStream to) {
        byte[] buffer = new byte[BLOCK];
        boolean wanted = true;
        try (to) {
            int count;
            while ((count = from.read(buffer)) >= 0) {
                remember(buffer, count);
                wanted = wanted && write(to, buffer, count);
            }
        } catch (IOException e) {
            // The program was released.
        } finally {
            ended.countDown();
        }
    }

    private static boolean write(OutputStream to, byte[] bytes, int count) {
        try {
            to.write(bytes, 0, count);
            to.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private synchronized void remember(byte[] bytes, int count) {
        int kept = Math.max(0, Math.min(last.length, REMEMBERED - count));
        int added = Math.min(count, REMEMBERED);
        byte[] next = new byte[kept + added];
        System.arraycopy(last, last.length - kept, next, 0, kept);
        System.arraycopy(bytes, count - added, next, kept, added);
        last = next;
    }

    /** Returns whether everything was passed on within a time limit. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        return ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Returns the last part of the stream. */
    synchronized String tail() {
        return new String(last, StandardCharsets.UTF_8);
    }
}
