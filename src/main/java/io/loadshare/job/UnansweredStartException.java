package io.loadshare.job;

import io.loadshare.LoadshareException;
import io.loadshare.host.HostName;

/**
 * A host was told to begin a job and has not answered: the job may run, or begin within a minute. Ask the host again by
 * repeating the start with the same ID.
 */
public final class UnansweredStartException extends LoadshareException {

    public UnansweredStartException(HostName host, String id, String why, Throwable cause) {
        super(Kind.LOST, host + " was told to start job " + id + " and has not answered: " + why, cause);
    }
}
