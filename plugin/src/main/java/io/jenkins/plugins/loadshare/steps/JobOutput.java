package io.jenkins.plugins.loadshare.steps;

import io.jenkins.plugins.loadshare.service.BuildJobs;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.loadshare.job.JobListener;
import io.loadshare.job.JobState;
import io.loadshare.job.OutputCursor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;

/**
 * Brings a job's output to the log of its build. The log gets whole lines, since a log that masks secrets keeps a part of
 * one to itself; after each batch the log is flushed, and the cursor moved. A kill between these two, which takes as long
 * as one write, is the only moment after which lines come twice.
 */
final class JobOutput implements JobListener {

    /** A line longer than this is not waited for. */
    private static final int LONGEST_LINE = 64 * 1024;

    private static final int LONGEST_STDOUT = 64 << 20;

    private final JobRun job;
    private final LoadshareService service;
    private final String id;
    private final PrintStream log;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final BuildJobs.CursorFile cursor;
    private OutputCursor position;
    private boolean unreachable;
    private boolean over;

    JobOutput(JobRun job, LoadshareService service, String id, PrintStream log) throws IOException {
        this.job = job;
        this.service = service;
        this.id = id;
        this.log = log;
        this.cursor = service.jobs().open(id);
        // What was printed on a stdout of its own is in no log, and read anew.
        this.position = new OutputCursor(service.jobs().cursor(id).output(), 0);
    }

    /** Where to read on. */
    synchronized OutputCursor position() {
        return position;
    }

    @Override
    public synchronized void output(byte[] bytes, OutputCursor next) {
        if (service.isStopping()) {
            throw new IllegalStateException("Jenkins goes down");
        }
        if (over || next.output() - bytes.length != position.output()) {
            return; // by a watch that another has replaced
        }
        position = new OutputCursor(next.output(), position.stdout());
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        if (end == 0 && line.size() + bytes.length > LONGEST_LINE) {
            end = bytes.length;
        }
        if (end > 0) {
            write(bytes, end, next.output() - (bytes.length - end));
        }
        line.write(bytes, end, bytes.length - end);
    }

    private void write(byte[] bytes, int end, long position) {
        try {
            line.writeTo(log);
            line.reset();
            log.write(bytes, 0, end);
            log.flush();
            cursor.move(new OutputCursor(position, 0));
        } catch (IOException e) {
            throw new UncheckedIOException("the output of job " + id + " cannot be logged: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void stdout(byte[] bytes, OutputCursor next) {
        if (over || next.stdout() - bytes.length != position.stdout()) {
            return;
        }
        position = new OutputCursor(position.output(), next.stdout());
        if (stdout.size() + bytes.length > LONGEST_STDOUT) {
            end();
            job.lost("job " + id + " printed more than " + (LONGEST_STDOUT >> 20)
                    + " MiB on stdout, which returnStdout cannot return: write that to a file");
            return;
        }
        stdout.writeBytes(bytes);
    }

    @Override
    public synchronized void state(JobState state) {
        if (service.isStopping() || over) {
            return;
        }
        if (state instanceof JobState.Unreachable gone) {
            unreachable = true;
            job.say("No answer from the host (" + gone.reason() + "); waiting for it, the job may run on");
        } else if (unreachable) {
            unreachable = false;
            job.say("The host answers again");
        }
        if (state.isFinal()) {
            end();
            job.ended(state, stdout.toByteArray());
        }
    }

    @Override
    public synchronized void gaveUp(String message) {
        if (!service.isStopping() && !over) {
            end();
            job.lost(message);
        }
    }

    /** What stands in the last line, without an end. */
    private void end() {
        over = true;
        try {
            if (line.size() > 0) {
                line.write('\n');
                line.writeTo(log);
                log.flush();
            }
            cursor.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the output of job " + id + " cannot be followed: " + e.getMessage(), e);
        }
    }
}
