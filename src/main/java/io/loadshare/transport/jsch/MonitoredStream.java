package io.loadshare.transport.jsch;

import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.SocketFactory;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The monitored byte stream under one SSH connection, which JSch uses as a proxy that is already connected. It
 *
 * <ul>
 *   <li>limits what a server may send before the login,
 *   <li>keeps the first bytes that the server sends, for messages,
 *   <li>asks a silent server for a sign of life after the login, and gives up if none comes (JSch's own
 *       {@code setServerAliveInterval} loses bytes if the pause cuts a packet),
 *   <li>records why the connection ended.
 * </ul>
 */
final class MonitoredStream implements Proxy {

    private static final int MOST_BEFORE_LOGIN = 256 * 1024;
    private static final int MILLIS_TO_SETTLE = 2000;

    /** The number of slices of a wait: Java may end a wait too early, which then shortens one slice only. */
    private static final int SLICES = 10;

    private static final int REMEMBERED = 200;
    private static final Pattern BUSY = Pattern.compile("Exceeded MaxStartups|Not allowed at this time");
    private static final int INPUT_BUFFER = 32 * 1024;

    private final Link link;
    private final InputStream input = new BufferedInputStream(new Watched(), INPUT_BUFFER);
    private final OutputStream output = new Marked();
    private final byte[] beginning = new byte[REMEMBERED];
    private long received;
    private volatile boolean loggedIn;
    private volatile int silenceMillis;
    private volatile int silencesAllowed;
    private volatile Runnable signOfLife = () -> {};
    private volatile Runnable atEnd = () -> {};
    private volatile String loss;
    private volatile boolean endedByHost;
    private boolean reading;
    private boolean writing;
    private long writes;
    private long reads;

    MonitoredStream(Link link) {
        this.link = link;
    }

    /**
     * Monitors the server from the login on. Call this before the first byte is read.
     *
     * @param silence the time without data after which the server is asked for a sign of life
     * @param allowed the number of times the server may fail to give one
     * @param signOfLife makes the server answer
     */
    void watch(Duration silence, int allowed, Runnable signOfLife) {
        silenceMillis = (int) Math.min(silence.toMillis(), Integer.MAX_VALUE);
        silencesAllowed = allowed;
        this.signOfLife = signOfLife;
    }

    /** @param atEnd runs when the connection ends */
    void loggedIn(Runnable atEnd) {
        this.atEnd = atEnd;
        loggedIn = true;
    }

    /** Closes the connection at once, whatever waits on it. */
    void abort(String why) {
        lose(why);
        link.abort();
    }

    /** Returns why the connection ended; null while it lasts. */
    String loss() {
        return loss;
    }

    /**
     * Returns why the connection ended, including an end that the reading thread is about to find; null if the
     * connection lasts. JSch ends a channel in the same way whether its host closed it or the whole connection is gone,
     * and reports the latter only afterwards.
     */
    synchronized String settledLoss() {
        try {
            for (int slice = 0; slice < SLICES && !reading && loss == null; slice++) {
                wait(MILLIS_TO_SETTLE / SLICES);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return loss;
    }

    private synchronized void reading(boolean begins) {
        reading = begins;
        reads++;
        notifyAll();
    }

    /** Returns whether the server answers within {@code millis}. */
    boolean isAnswering(int millis) {
        long before = reads();
        if (isWriting() || loss != null) {
            return false;
        }
        signOfLife.run();
        synchronized (this) {
            try {
                for (int slice = 0; slice < SLICES && reads == before && loss == null; slice++) {
                    wait(millis / SLICES);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return reads != before && loss == null;
        }
    }

    private synchronized long reads() {
        return reads;
    }

    /** Returns whether the host or the network ended the connection, rather than this program. */
    boolean isEndedByHost() {
        return endedByHost;
    }

    private synchronized void lose(String why) {
        if (loss == null) {
            loss = why;
            notifyAll();
        }
    }

    private synchronized void loseToHost(String why) {
        endedByHost |= loss == null;
        lose(why);
    }

    /** Returns whether the server has sent nothing except its version or the message of an overloaded server. */
    synchronized boolean isBeforeKeyExchange() {
        String text = beginningText();
        int newline = text.indexOf('\n');
        boolean onlyVersion = text.startsWith("SSH-") && (newline < 0 || newline == text.length() - 1);
        return received == 0 || onlyVersion || BUSY.matcher(text).lookingAt();
    }

    /**
     * Returns the first line the server sent, without characters that could disturb a terminal; empty if it sent
     * nothing.
     */
    synchronized String firstLine() {
        return beginningText().lines().findFirst().orElse("").replaceAll("[^ -~]", "?");
    }

    private String beginningText() {
        return new String(beginning, 0, (int) Math.min(received, REMEMBERED), StandardCharsets.ISO_8859_1);
    }

    /**
     * Closes the connection if one write to it takes longer than {@code millis}, because the write would block its
     * caller.
     */
    synchronized void abortIfStuck(int millis) {
        long before = writes;
        try {
            for (int slice = 0; slice < SLICES && writing && writes == before; slice++) {
                wait(millis / SLICES);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (writing && writes == before) {
            abort("it took no data for " + millis + " ms");
        }
    }

    private synchronized void mark(boolean begins) {
        writing = begins;
        writes++;
        notifyAll();
    }

    private synchronized boolean isWriting() {
        return writing;
    }

    private synchronized void remember(byte[] bytes, int offset, int count) throws IOException {
        if (received < REMEMBERED) {
            System.arraycopy(bytes, offset, beginning, (int) received, (int) Math.min(count, REMEMBERED - received));
        }
        received += count;
        if (received > MOST_BEFORE_LOGIN) {
            throw new IOException("it sent more than " + MOST_BEFORE_LOGIN + " bytes before login");
        }
    }

    private final class Watched extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            reading(true);
            try {
                int got = await(bytes, offset, count);
                if (got < 0) {
                    loseToHost("the host closed it");
                } else if (!loggedIn) {
                    remember(bytes, offset, got);
                }
                return got;
            } catch (IOException e) {
                loseToHost(e.getMessage());
                link.abort();
                throw e;
            } finally {
                reading(false);
            }
        }

        private int await(byte[] bytes, int offset, int count) throws IOException {
            for (int silences = 0; ; silences++) {
                try {
                    return link.read(bytes, offset, count, silenceMillis);
                } catch (SocketTimeoutException e) {
                    if (!loggedIn) {
                        silences = -1; // until then the connection's deadline applies
                        continue;
                    }
                    if (silences == silencesAllowed) {
                        throw new IOException(
                                "the host gave no sign of life for " + silenceMillis * (silences + 1L) / 1000 + " s");
                    }
                    if (!isWriting()) {
                        signOfLife.run();
                    }
                }
            }
        }
    }

    private final class Marked extends OutputStream {

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            mark(true);
            try {
                link.output().write(bytes, offset, count);
                link.output().flush();
            } catch (IOException e) {
                loseToHost(e.getMessage());
                throw e;
            } finally {
                mark(false);
            }
        }
    }

    @Override
    public void connect(SocketFactory factory, String host, int port, int timeout) {
        // The link is already connected.
    }

    @Override
    public InputStream getInputStream() {
        return input;
    }

    @Override
    public OutputStream getOutputStream() {
        return output;
    }

    @Override
    public Socket getSocket() {
        return null;
    }

    /** Records the end of the connection; JSch calls this method then. */
    @Override
    public void close() {
        abort("the host ended it");
        atEnd.run();
    }
}
