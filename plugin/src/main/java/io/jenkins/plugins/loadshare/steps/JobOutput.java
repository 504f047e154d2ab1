package io.jenkins.plugins.loadshare.steps;

import hudson.AbortException;
import io.jenkins.plugins.loadshare.service.BuildJobs;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.service.LogPosition;
import io.loadshare.job.JobListener;
import io.loadshare.job.JobState;
import io.loadshare.job.OutputCursor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Copies a job's output to the log of its build. It writes whole lines, so that the lines of parallel steps do not mix,
 * and since Jenkins neither shows a partial line of a running build nor masks secrets in it. Before each batch it records
 * how many lines it is about to write, and after the batch how much output is in the log. A controller that was killed in
 * between compares this record with the log to find what was written.
 *
 * <p>If the end of a line does not come, it writes the line in parts, each as a line: up to the last blank while the line
 * grows, and whole when it stops growing. A part that was being written when the controller was killed may come twice.
 */
final class JobOutput implements JobListener, AutoCloseable {

    private static final Logger LOGGER = Logger.getLogger(JobOutput.class.getName());

    /** How often to look at a line whose end does not come. */
    private static final Duration PARTIAL_LINE_INTERVAL = Duration.ofSeconds(3);

    private final JobRun job;
    private final LoadshareService service;
    private final String id;
    private final PrintStream log;
    private final LogLines logged;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StdoutBuffer stdout = new StdoutBuffer();
    private final BuildJobs.CursorFile cursor;
    private LogOverlap overlap;
    private String later;
    private LogPosition noted;
    private volatile OutputCursor position;
    private boolean looking; // whether the partial line is about to be looked at
    private int seen; // size of the partial line when it was last looked at
    private boolean unreachable;
    private boolean over;

    /** @param logged the job's output that is already in the log */
    JobOutput(JobRun job, LoadshareService service, String id, PrintStream log, LogLines logged) throws IOException {
        this.job = job;
        this.service = service;
        this.id = id;
        this.log = log;
        this.logged = logged;
        LogPosition known = service.jobs().position(id);
        this.overlap = LogOverlap.of(known, logged);
        // The log may begin with the output of an earlier job of the same step.
        this.noted = known.equals(LogPosition.START) ? new LogPosition(0, logged.count(), 0) : known;
        this.cursor = service.jobs().open(id);
        // A stdout that is returned apart is not in any log, so it is read again from its start.
        this.position = new OutputCursor(noted.output(), 0);
    }

    /** Returns the position at which reading continues. Takes no lock. */
    OutputCursor position() {
        return position;
    }

    @Override
    public synchronized void output(byte[] bytes, OutputCursor next) {
        if (service.isStopping()) {
            throw new IllegalStateException("Jenkins goes down");
        }
        if (over || next.output() - bytes.length != position.output()) {
            return; // called by a watch that has been replaced
        }
        position = new OutputCursor(next.output(), position.stdout());
        byte[] fresh = overlap.beyond(bytes);
        int end = fresh.length;
        while (end > 0 && fresh[end - 1] != '\n') {
            end--;
        }
        if (end == 0 && line.size() + fresh.length > LogLines.LONGEST) {
            end = fresh.length;
        }
        if (end > 0) {
            write(fresh, end, next.output() - (fresh.length - end));
        }
        line.write(fresh, end, fresh.length - end);
        lookLater();
    }

    private void lookLater() {
        if (line.size() > 0 && !looking) {
            looking = true;
            service.later(PARTIAL_LINE_INTERVAL, this::lookAtPartialLine);
        }
    }

    /** Writes a line that stopped growing, or the part of a growing line up to the last character between words. */
    private synchronized void lookAtPartialLine() {
        looking = false;
        if (over || overlap.isTorn() || service.isStopping()) {
            return;
        }
        byte[] begun = line.toByteArray();
        int end = begun.length;
        while (begun.length != seen && end > 0 && isOfWord(begun[end - 1])) {
            end--; // not within a word, which may be a secret
        }
        if (end > 0) {
            writePart(begun, end);
        }
        seen = line.size();
        lookLater();
    }

    private static boolean isOfWord(byte character) {
        return (character & 0xff) > ' ';
    }

    private void writePart(byte[] begun, int end) {
        byte[] part = Arrays.copyOf(begun, end + 1);
        part[end] = '\n';
        line.reset();
        line.write(begun, end, begun.length - end);
        try {
            logged.write(part);
            log.write(part);
            log.flush();
            noted = new LogPosition(position.output() - line.size(), logged.count(), 0);
            cursor.move(noted);
        } catch (IOException e) {
            throw new UncheckedIOException("the output of job " + id + " cannot be logged: " + e.getMessage(), e);
        }
    }

    private void write(byte[] bytes, int end, long position) {
        line.write(bytes, 0, end);
        byte[] batch = line.toByteArray();
        line.reset();
        seen = 0;
        try {
            logged.write(batch);
            cursor.move(noted.writing(logged.count() - noted.lines()));
            log.write(batch);
            log.flush();
            noted = new LogPosition(position, logged.count(), 0);
            cursor.move(noted);
        } catch (IOException e) {
            throw new UncheckedIOException("the output of job " + id + " cannot be logged: " + e.getMessage(), e);
        }
        overlap = LogOverlap.NONE;
        sayLater();
    }

    /** Writes lines of loadshare's own between the lines of the job. */
    synchronized void say(String lines) {
        if (overlap.isTorn()) {
            log.write('\n');
            logged.write('\n');
            byte[] begun = line.toByteArray();
            line.reset();
            line.writeBytes(overlap.closeLine());
            line.writeBytes(begun);
        }
        sayLater();
        JobRun.say(log, lines);
    }

    /** Does the same, but first ends a line that was being written when Jenkins shut down. */
    synchronized void sayAfterLine(String lines) {
        later = lines;
        if (!overlap.isTorn()) {
            sayLater();
        }
    }

    private void sayLater() {
        if (later != null) {
            JobRun.say(log, later);
            later = null;
        }
    }

    @Override
    public synchronized void stdout(byte[] bytes, OutputCursor next) {
        if (over || next.stdout() - bytes.length != position.stdout()) {
            return;
        }
        position = new OutputCursor(position.output(), next.stdout());
        stdout.add(bytes).ifPresent(why -> job.stop(new AbortException("Job " + id + " was ended: " + why)));
    }

    @Override
    public synchronized void state(JobState state) {
        if (service.isStopping() || over) {
            return;
        }
        if (state instanceof JobState.Unreachable gone) {
            unreachable = true;
            job.say("No answer from the host (" + gone.reason() + "); waiting for it, the job may still run");
        } else if (unreachable) {
            unreachable = false;
            job.say("The host answers again");
        }
        service.jobs().state(id, state);
        if (state instanceof JobState.Pending waits) {
            job.waits(waits);
        } else if (state instanceof JobState.Running) {
            job.runs();
        }
        if (state.isFinal()) {
            byte[] printed = stdout.take();
            end();
            job.ended(state, printed);
        }
    }

    @Override
    public synchronized void gaveUp(String message) {
        if (!service.isStopping() && !over) {
            end();
            job.lost(message);
        }
    }

    /** Ends the output, however the run of the job ended, and frees its memory. */
    @Override
    public synchronized void close() {
        if (!over) {
            end();
        }
    }

    /** Ends the output: completes a last line without a line end, and closes the cursor. */
    private void end() {
        over = true;
        stdout.close();
        if (line.size() > 0) {
            byte[] newline = {'\n'};
            write(newline, 1, position.output());
        }
        sayLater();
        try {
            cursor.close();
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "The cursor of job " + id + " cannot be closed", e);
        }
    }
}
