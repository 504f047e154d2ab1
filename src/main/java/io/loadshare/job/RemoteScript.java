package io.loadshare.job;

import io.loadshare.LoadshareException;
import io.loadshare.transport.CommandResult;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.ShellWords;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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

    /** The answer of a process as a stream, for an answer that has no end. */
    static InputStream begun(RemoteProcess process) {
        return new MarkedStream(process.stdout(), BEGIN);
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
