package io.loadshare.job.ssh;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
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

/** A script that a host's sh reads from stdin, and its answer between marker lines. */
public final class RemoteScript {

    /** The command line that starts sh. It works in every login shell. */
    static final String SHELL = "exec /bin/sh";

    private static final String BEGIN = "#loadshare-begin";
    private static final String END = "#loadshare-end";
    private static final int NOISE_LIMIT = 64 * 1024;
    private static final int SUMMARY = 300;

    private RemoteScript() {}

    /**
     * Returns a script with definitions first and then a single command that acts. If the script is cut off on the way,
     * it is incomplete sh and does nothing.
     *
     * @param action prints the answer
     * @param after runs after the end of the answer; may be empty
     */
    public static byte[] script(String definitions, String action, String after) {
        String act = String.join("\n", "{", "begin_answer", action, "end_answer", after, "exit", "}\n");
        return ShellWords.encode(ScriptLibrary.library("answer") + definitions + act);
    }

    /**
     * Returns a script for a shell that reads another one afterwards. Everything but the library is in a shell of its own,
     * so that nothing remains for the next script. If the script is cut off on the way, it does nothing.
     *
     * @param library functions that remain; empty if the shell has them
     * @param action prints the answer
     * @param after runs after the end of the answer; may be empty
     */
    static byte[] part(String library, String definitions, String action, String after) {
        String act = String.join("\n", "begin_answer", action, "end_answer", after, ")\n");
        return ShellWords.encode(library + "(\n" + definitions + act);
    }

    /**
     * Runs a script and returns its answer.
     *
     * @param limit the maximum number of bytes of the answer
     * @throws LoadshareException if the answer is incomplete
     */
    public static byte[] run(Session session, byte[] script, int limit, Deadline deadline) {
        CommandResult result = session.run(SHELL, script, limit + NOISE_LIMIT, deadline);
        byte[] answer = between(result.stdout());
        if (answer == null) {
            throw notWhole(session, "ended with " + result.status(), result.stderrText(), result.stdoutText());
        }
        return answer;
    }

    /** Returns the bytes between the marker lines; null if one is missing. */
    private static byte[] between(byte[] output) {
        String text = new String(output, StandardCharsets.ISO_8859_1);
        int begin = text.indexOf("\n" + BEGIN + "\n");
        int end = text.lastIndexOf("\n" + END + "\n");
        int from = begin + BEGIN.length() + 2;
        return begin < 0 || end < from - 1 ? null : Arrays.copyOfRange(output, from, Math.max(from, end));
    }

    /**
     * Reads the answer of a process that continues afterwards.
     *
     * @throws LoadshareException if the answer is not complete by the deadline
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

    /** Returns the answer of a process as a stream, for an answer without an end marker. */
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
        String words = Quoted.printable(printed);
        String summary =
                words.isEmpty() ? "nothing" : "'" + words.substring(0, Math.min(SUMMARY, words.length())) + "'";
        return new LoadshareException(
                LoadshareException.Kind.UNAVAILABLE,
                session.host().name() + " gave no complete answer: the login shell of " + session.user() + " " + how
                        + " and printed " + summary);
    }
}
