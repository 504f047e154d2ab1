package io.loadshare.job;

import io.loadshare.LoadshareException;

/** A host has rejected a job, and would reject it again at any time. The job has not started. */
public final class RejectedJobException extends LoadshareException {

    private static final long serialVersionUID = 1;

    public RejectedJobException(String message) {
        super(Kind.STATE, message);
    }
}
