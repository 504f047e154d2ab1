package io.loadshare.transport.external;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Passes a program's stderr on, by a thread of its own, and remembers its end. */
final class ErrorStream {

    private static final int REMEMBERED = 4096;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final StringBuilder tail = new StringBuilder();

    ErrorStream(InputStream from, OutputStream to) {
        Thread thread = new Thread(() -> pass(from, to), "loadshare-stderr");
        thread.setDaemon(true);
        thread.start();
    }

    private void pass(InputStream from, OutputStream to) {
        byte[] buffer = new byte[8192];
        boolean wanted = true;
        try (to) {
            int count;
            while ((count = from.read(buffer)) >= 0) {
                remember(new String(buffer, 0, count, StandardCharsets.UTF_8));
                wanted = wanted && write(to, buffer, count);
            }
        } catch (IOException e) {
            // The program was let go.
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

    private synchronized void remember(String text) {
        tail.append(text);
        tail.delete(0, Math.max(0, tail.length() - REMEMBERED));
    }

    /** Its last words, after waiting at most {@code seconds} for its end. */
    String tail(int seconds) throws InterruptedException {
        ended.await(seconds, TimeUnit.SECONDS);
        synchronized (this) {
            return tail.toString();
        }
    }
}
