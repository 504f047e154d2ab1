package io.jenkins.plugins.loadshare.steps;

import io.loadshare.job.JobState;

/** Messages that describe how a job ended. */
final class EndMessages {

    private EndMessages() {}

    static String words(JobState state) {
        if (state instanceof JobState.Exited exited) {
            return "The script ended with status " + exited.status();
        }
        if (state instanceof JobState.Killed killed) {
            return "The script was ended by signal " + killed.signal();
        }
        if (state instanceof JobState.Unstarted) {
            return "The script was not started, for the reason above";
        }
        return "The outcome of the script is unknown, which does not count as success: " + state;
    }
}
