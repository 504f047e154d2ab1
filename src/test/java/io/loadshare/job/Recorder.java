package io.loadshare.job;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps all that a watcher tells of one job. */
public final class Recorder implements JobListener {

    public final List<JobState> states = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile OutputCursor cursor = OutputCursor.START;
    public volatile int largest;
    public volatile String gaveUp;

    @Override
    public synchronized void output(byte[] bytes, OutputCursor next) {
        output.writeBytes(bytes);
        cursor = next;
        largest = Math.max(largest, bytes.length);
    }

    @Override
    public synchronized void stdout(byte[] bytes, OutputCursor next) {
        stdout.writeBytes(bytes);
        cursor = next;
    }

    @Override
    public void state(JobState state) {
        states.add(state);
        if (state.isFinal()) {
            end.countDown();
        }
    }

    @Override
    public void gaveUp(String message) {
        gaveUp = message;
        end.countDown();
    }

    public synchronized byte[] output() {
        return output.toByteArray();
    }

    public synchronized String outputText() {
        return output.toString(java.nio.charset.StandardCharsets.UTF_8);
    }

    synchronized String stdoutText() {
        return stdout.toString(java.nio.charset.StandardCharsets.UTF_8);
    }

    OutputCursor cursor() {
        return cursor;
    }

    /** The last state, once it is final or the watcher gave up. */
    public JobState awaitEnd(int seconds) throws InterruptedException {
        if (!end.await(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("the job did not end within " + seconds + " s, its states were " + states);
        }
        return states.get(states.size() - 1);
    }
}
