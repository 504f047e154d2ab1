package io.loadshare.dispatch;

import io.loadshare.ledger.Claim;
import java.util.function.Predicate;

/**
 * The kind of the jobs that a request starts.
 *
 * @param prefix what the IDs of these jobs begin with
 * @param shared whether a request may use a job on record instead of starting its own
 * @param serves returns whether a job on record, reserved or running, is the one to use; never true unless shared
 */
public record JobKind(String prefix, boolean shared, Predicate<Claim> serves) {

    /** Jobs of which each request starts its own. */
    public static final JobKind ORDINARY = ownJob("");

    /** Jobs whose IDs begin with a prefix, and of which each request starts its own. */
    public static JobKind ownJob(String prefix) {
        return new JobKind(prefix, false, claim -> false);
    }

    /**
     * Jobs that several requests use: a request starts one only if none on record serves it. The ledger decides, so
     * requests at the same time start one job.
     */
    public static JobKind sharedJob(String prefix, Predicate<Claim> serves) {
        return new JobKind(prefix, true, serves);
    }

    String nextId(JobIds ids) {
        return prefix + ids.next();
    }
}
