package io.loadshare.job.ssh;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.host.Host;
import io.loadshare.job.Job;
import io.loadshare.job.JobState;
import io.loadshare.job.OutputCursor;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Session;
import io.loadshare.transport.ShellWords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A single poll of any number of jobs on one host: their states and the next part of their output, up to a limit. */
final class JobPoll {

    /** The maximum number of output bytes in a first poll. */
    static final int FIRST_BUDGET = 1 << 20;

    /** The maximum number of output bytes in one poll. The answer is held in memory, a few times over. */
    static final int MOST_BUDGET = 4 << 20;

    /** The maximum number of bytes of one file in one poll of many jobs. */
    private static final int SHARE = 256 * 1024;

    /** The maximum number of bytes of an answer besides the output, for each job. */
    private static final int OVERHEAD = 1024;

    record Question(Job job, OutputCursor cursor) {}

    /**
     * The answer about one job.
     *
     * @param outputSize the size of the output file in bytes; the same for {@code stdoutSize}
     */
    record Answer(JobState state, long outputSize, byte[] output, long stdoutSize, byte[] stdout) {

        OutputCursor after(OutputCursor cursor) {
            return cursor.plus(output.length, stdout.length);
        }

        /** Returns whether this answer contains all output after the cursor. */
        boolean isAll(OutputCursor cursor) {
            OutputCursor next = after(cursor);
            return next.output() >= outputSize && next.stdout() >= stdoutSize;
        }
    }

    private static final byte[] NOTHING = {};

    private final Map<String, Answer> answers = new HashMap<>();
    private final byte[] text;
    private int position;
    private String root = "";

    private JobPoll(byte[] text) {
        this.text = text;
    }

    private static byte[] script(Host host, List<Question> questions, int budget) {
        Map<String, List<String>> byRoot = new LinkedHashMap<>();
        for (Question question : questions) {
            Job job = question.job();
            String identity = job.identity().map(Job.Identity::toString).orElse("- - -");
            byRoot.computeIfAbsent(rootOf(job), key -> new ArrayList<>())
                    .add(job.id() + " " + identity + " " + question.cursor().toText());
        }
        StringBuilder action =
                new StringBuilder("budget=" + budget + " most=" + Math.max(SHARE, budget / questions.size()) + "\n");
        byRoot.forEach((directory, jobs) ->
                action.append("poll ").append(ShellWords.quote(directory) + " " + ShellWords.join(jobs) + "\n"));
        return RemoteScript.script(ScriptLibrary.library(host, "process", "state", "poll"), action.toString(), "");
    }

    /**
     * @param budget most bytes of output
     * @throws io.loadshare.LoadshareException if the host gives no answer or not a whole one
     * @throws IllegalArgumentException if it answers what the script does not print
     */
    static List<Answer> ask(Session session, List<Question> questions, int budget, Deadline deadline) {
        int limit = budget + OVERHEAD * questions.size();
        return parse(RemoteScript.run(session, script(session.host(), questions, budget), limit, deadline), questions);
    }

    /**
     * Returns the answers in the order of the questions.
     *
     * @throws IllegalArgumentException if the text is not in the format of the script
     */
    static List<Answer> parse(byte[] text, List<Question> questions) {
        JobPoll poll = new JobPoll(text);
        while (poll.position < text.length) {
            poll.readRecord();
        }
        List<Answer> inOrder = new ArrayList<>();
        for (Question question : questions) {
            Answer answer = poll.answers.get(question.job().directory());
            require(answer != null, "nothing of job " + question.job().id());
            inOrder.add(answer);
        }
        return inOrder;
    }

    private void readRecord() {
        String line = readLine();
        String[] words = line.split(" ", 2);
        require(words.length == 2, line);
        if (words[0].equals("failed")) {
            throw new LoadshareException(LoadshareException.Kind.UNAVAILABLE, Quoted.printable(words[1]));
        }
        if (words[0].equals("root")) {
            root = words[1];
            return;
        }
        String[] values = words[1].split(" ", 2);
        require(values.length == 2, line);
        String directory = root + "/" + values[0];
        if (words[0].equals("state")) {
            answers.put(directory, new Answer(JobState.parse(values[1]), 0, NOTHING, 0, NOTHING));
            return;
        }
        Answer before = answers.get(directory);
        String[] numbers = values[1].split(" ");
        if (before == null || numbers.length != 2) {
            throw damaged(line);
        }
        long size = Long.parseLong(numbers[0]);
        byte[] bytes = readBytes(Integer.parseInt(numbers[1]));
        answers.put(
                directory,
                words[0].equals("stdout")
                        ? new Answer(before.state, before.outputSize, before.output, size, bytes)
                        : new Answer(before.state, size, bytes, before.stdoutSize, before.stdout));
    }

    private String readLine() {
        int end = position;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        require(end < text.length, "a line without end");
        String line = ShellWords.decode(Arrays.copyOfRange(text, position, end));
        position = end + 1;
        return line;
    }

    private byte[] readBytes(int count) {
        int end = position + count;
        require(count >= 0 && end < text.length && text[end] == '\n', count + " bytes announced");
        byte[] bytes = Arrays.copyOfRange(text, position, end);
        position = end + 1;
        return bytes;
    }

    private static String rootOf(Job job) {
        return job.directory().substring(0, job.directory().length() - job.id().length() - 1);
    }

    private static void require(boolean truth, String found) {
        if (!truth) {
            throw damaged(found);
        }
    }

    private static IllegalArgumentException damaged(String found) {
        return new IllegalArgumentException("this is not the answer to a poll: " + Quoted.printable(found));
    }
}
