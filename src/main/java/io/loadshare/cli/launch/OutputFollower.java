package io.loadshare.cli.launch;

import io.loadshare.LoadshareException;
import io.loadshare.cli.console.ByteOutput;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.OutputClosedException;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.host.Host;
import io.loadshare.job.Job;
import io.loadshare.job.JobListener;
import io.loadshare.job.JobRecord;
import io.loadshare.job.JobState;
import io.loadshare.job.OutputCursor;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A follower that prints a job's output as it arrives, and returns the job's status at its end. */
public final class OutputFollower implements JobListener {

    private final CommandServices wiring;
    private final Console console;
    private final ConnectionMessages messages;
    private Job followed;
    private Optional<Instant> lostSince = Optional.empty();
    private final ByteOutput out = ByteOutput.stdout();

    public OutputFollower(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
        this.messages = new ConnectionMessages(console);
    }

    /**
     * @throws OutputClosedException if nobody reads the output any more; the job continues
     * @throws LoadshareException of kind LOST if the job's status will never be known, or its host stays unreachable
     *     for too long
     */
    public int follow(Host host, JobRecord job) throws InterruptedException {
        followed = job.job();
        JobState state = wiring.jobEngine().attach(host, job.job(), OutputCursor.START, this);
        if (state instanceof JobState.Unstarted unstarted) {
            return unstarted.status();
        }
        if (state.exitStatus().isEmpty()) {
            throw new LoadshareException(
                    LoadshareException.Kind.LOST,
                    "job " + job.job().id() + " on " + host.name() + ": " + state + "; its status is not known");
        }
        return state.exitStatus().getAsInt();
    }

    @Override
    public void output(byte[] bytes, OutputCursor next) {
        out.write(bytes, 0, bytes.length);
    }

    @Override
    public void stdout(byte[] bytes, OutputCursor next) {
        output(bytes, next);
    }

    @Override
    public void state(JobState state) {
        if (state instanceof JobState.Unreachable unreachable) {
            lostSince = Optional.of(unreachable.since());
            messages.connectionLost(followed, unreachable.reason());
        } else if (lostSince.isPresent()) {
            messages.reconnected(
                    followed, Duration.between(lostSince.get(), wiring.clock().instant()));
            lostSince = Optional.empty();
        }
    }

    @Override
    public void gaveUp(String message) {
        console.say(message);
    }
}
