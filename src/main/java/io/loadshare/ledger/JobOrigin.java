package io.loadshare.ledger;

import java.util.Objects;

/**
 * Who started a job, and what it runs: jobs of one origin tend to fail for the same reasons, which are not their host's.
 *
 * @param owner the user on the command line, the full name of the job in Jenkins
 * @param program the program that a user runs; empty if the owner says it all
 */
public record JobOrigin(String owner, String program) {

    public JobOrigin {
        Objects.requireNonNull(program, "program");
        if (owner.isEmpty()) {
            throw new IllegalArgumentException("the owner of a job must not be empty");
        }
    }

    @Override
    public String toString() {
        return program.isEmpty() ? owner : owner + " (" + program + ")";
    }
}
