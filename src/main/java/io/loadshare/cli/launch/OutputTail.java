package io.loadshare.cli.launch;

import java.nio.charset.StandardCharsets;

/** The last bytes of a job's output. Thread-safe. */
final class OutputTail {

    private static final int SIZE = 16 * 1024;

    private final byte[] ring = new byte[SIZE];
    private long total;

    synchronized void add(byte[] bytes, int count) {
        for (int i = Math.max(0, count - SIZE); i < count; i++) {
            ring[(int) ((total + i) % SIZE)] = bytes[i];
        }
        total += count;
    }

    @Override
    public synchronized String toString() {
        int kept = (int) Math.min(total, SIZE);
        byte[] text = new byte[kept];
        for (int i = 0; i < kept; i++) {
            text[i] = ring[(int) ((total - kept + i) % SIZE)];
        }
        return new String(text, StandardCharsets.UTF_8);
    }
}
