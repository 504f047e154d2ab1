package io.loadshare.job;

import io.loadshare.LoadshareException;
import io.loadshare.host.HostName;

/**
 * The missing answer of a host that received the order to begin a job: the job may run, or begin within a minute. To
 * ask the host again, repeat the start with the same ID.
 */
public final class UnansweredStartException extends LoadshareException {

    public UnansweredStartException(HostName host, String id, String why, Throwable cause) {
        super(Kind.LOST, host + " was asked to start job " + id + " and has not answered: " + why, cause);
    }
}
