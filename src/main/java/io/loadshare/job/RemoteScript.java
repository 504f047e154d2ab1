package io.loadshare.job;

import io.loadshare.LoadshareException;
import io.loadshare.transport.CommandResult;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.ShellWords;
import io.loadshare.transport.TransportException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One script to a host's sh by stdin, and its answer back between markers. */
public final class RemoteScript {

    /** Login shells differ; this is the same in all. */
    static final String SHELL = "exec /bin/sh";

    private static final String BEGIN = "#loadshare-begin";
    private static final String END = "#loadshare-end";
    private static final int NOISE_LIMIT = 64 * 1024;
    private static final int SUMMARY = 300;

    private RemoteScript() {}

    /**
     * A script that defines first and then acts in one command. Cut off on its way it is incomplete sh, and does nothing.
     *
     * @param action prints the answer
     * @param after comes after the end of the answer; may be empty
     */
    public static byte[] script(String definitions, String action, String after) {
        String act = String.join("\n", "{", "begin_answer", action, "end_answer", after, "exit", "}\n");
        return ShellWords.encode(ScriptLibrary.library("answer") + definitions + act);
    }

    /**
     * @param limit most bytes of the answer
     * @throws LoadshareException if the answer is not whole
     */
    public static byte[] run(Session session, byte[] script, int limit, Deadline deadline) {
        CommandResult result = session.run(SHELL, script, limit + NOISE_LIMIT, deadline);
        byte[] answer = between(result.stdout());
        if (answer == null) {
            throw notWhole(session, "ended with " + result.status(), result.stderrText(), result.stdoutText());
        }
        return answer;
    }

    /** The bytes between the marker lines, null if one is missing. */
    private static byte[] between(byte[] output) {
        String text = new String(output, StandardCharsets.ISO_8859_1);
        int begin = text.indexOf("\n" + BEGIN + "\n");
        int end = text.lastIndexOf("\n" + END + "\n");
        int from = begin + BEGIN.length() + 2;
        return begin < 0 || end < from - 1 ? null : Arrays.copyOfRange(output, from, Math.max(from, end));
    }

    /**
     * The answer of a process that goes on afterwards.
     *
     * @throws LoadshareException if there is no whole answer by the deadline
     */
    static byte[] read(Session session, RemoteProcess process, int limit, Deadline deadline) {
        CompletableFuture<byte[]> whole = new CompletableFuture<>();
        Thread reader = new Thread(() -> readInto(process, limit + NOISE_LIMIT, whole), "loadshare-answer");
        reader.setDaemon(true);
        reader.start();
        try {
            byte[] output = whole.get(deadline.remainingMillis(), TimeUnit.MILLISECONDS);
            byte[] answer = between(output);
            if (answer == null) {
                throw notWhole(session, "ended", "", new String(output, StandardCharsets.UTF_8));
            }
            return answer;
        } catch (TimeoutException e) {
            throw TransportException.timedOut(session.host(), "answer", deadline);
        } catch (ExecutionException e) {
            throw TransportException.lost(session.host(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw TransportException.lost(session.host(), e);
        }
    }

    /** The answer of a process as a stream, for an answer that has no end. */
    static InputStream begun(RemoteProcess process) {
        return new MarkedStream(process.stdout(), BEGIN);
    }

    private static void readInto(RemoteProcess process, int limit, CompletableFuture<byte[]> whole) {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            int count;
            while (seen.size() <= limit && (count = process.stdout().read(buffer)) >= 0) {
                seen.write(buffer, 0, count);
                if (seen.toString(StandardCharsets.ISO_8859_1).endsWith("\n" + END + "\n")) {
                    break;
                }
            }
            whole.complete(seen.toByteArray());
        } catch (IOException e) {
            whole.completeExceptionally(e);
        }
    }

    private static LoadshareException notWhole(Session session, String how, String stderr, String stdout) {
        String printed =
                (stderr + " " + stdout).replace(BEGIN, "").replace(END, "").strip();
        String words = ShellWords.display(printed);
        String summary =
                words.isEmpty() ? "nothing" : "'" + words.substring(0, Math.min(SUMMARY, words.length())) + "'";
        return new LoadshareException(
                LoadshareException.Kind.UNAVAILABLE,
                session.host().name() + " gave no complete answer: the login shell of " + session.user() + " " + how
                        + " and printed " + summary);
    }
}
