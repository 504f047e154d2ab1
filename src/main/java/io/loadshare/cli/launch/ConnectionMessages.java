package io.loadshare.cli.launch;

import io.loadshare.Durations;
import io.loadshare.cli.console.Console;
import io.loadshare.job.ConnectionListener;
import io.loadshare.job.Job;
import java.time.Duration;

/** A listener that prints the connection events of a foreground job. */
final class ConnectionMessages implements ConnectionListener {

    private final Console console;

    ConnectionMessages(Console console) {
        this.console = console;
    }

    @Override
    public void connectionLost(Job job, String reason) {
        console.say("the connection to " + job.host() + " is lost: " + reason + ". Job " + job.id()
                + " runs on there; reconnecting");
    }

    @Override
    public void reconnected(Job job, Duration after) {
        console.say("reconnected to " + job.host() + " after " + Durations.print(after) + "; nothing of job " + job.id()
                + " is lost");
    }
}
