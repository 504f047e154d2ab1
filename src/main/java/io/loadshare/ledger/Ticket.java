package io.loadshare.ledger;

import io.loadshare.host.HostName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A request that waits for a place. It tells what it needs, so that whoever decides about a younger request can see what
 * the older ones will take.
 *
 * @param user the login name on the hosts
 * @param wants what it waits for, in the request's words ({@code pool vnc, license matlab})
 * @param renewedAt when its owner last showed that it still waits
 */
public record Ticket(String id, String user, String wants, Needs needs, Instant openedAt, Instant renewedAt) {

    /** An owner renews its ticket this often. */
    public static final Duration RENEWAL = Duration.ofSeconds(30);

    /** A ticket not renewed for this long is void: its owner is gone. */
    public static final Duration VOID_AFTER = Duration.ofMinutes(2);

    /**
     * What will do.
     *
     * @param hosts that may serve and offer the tags asked for
     * @param slots cores the job will use, at least 1
     * @param minMemory bytes that must be available; 0 for any
     * @param minCores cores the host must have; 0 for any
     * @param maxLoad one-minute load above which a host will not do
     * @param license the feature the job needs
     */
    public record Needs(
            List<HostName> hosts,
            int slots,
            long minMemory,
            double minCores,
            OptionalDouble maxLoad,
            Optional<String> license) {

        public Needs {
            hosts = List.copyOf(hosts);
            Objects.requireNonNull(maxLoad, "maxLoad");
            Objects.requireNonNull(license, "license");
            if (slots < 1 || minMemory < 0 || !(minCores >= 0)) {
                throw new IllegalArgumentException("slots must be ≥ 1, memory and cores ≥ 0, were " + slots + ", "
                        + minMemory + " and " + minCores);
            }
        }
    }

    public Ticket {
        if (!Claim.ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "a ticket's id must be 1 to 64 of a-z, 0-9 and '-' and not begin with '-', was '" + id + "'");
        }
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(wants, "wants");
        Objects.requireNonNull(needs, "needs");
        Objects.requireNonNull(openedAt, "openedAt");
        Objects.requireNonNull(renewedAt, "renewedAt");
    }

    /** Whether its owner is gone. A time of renewal far in the future is a sick clock's and counts as none. */
    public boolean isVoid(Instant now) {
        return Duration.between(renewedAt, now).abs().compareTo(VOID_AFTER) > 0;
    }

    /** The same ticket, as its owner renewed it. */
    public Ticket renewed(Instant at) {
        return new Ticket(id, user, wants, needs, openedAt, at);
    }
}
