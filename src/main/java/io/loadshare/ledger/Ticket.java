package io.loadshare.ledger;

import io.loadshare.host.HostName;
import io.loadshare.host.PoolOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A waiting request. It states its requirements, so a decision about a younger request can leave the older ones what
 * they will take.
 *
 * @param owner who waits: the user on whose behalf the ticket was written
 * @param user the login name on the hosts
 * @param wants the requirements as text ({@code pool vnc, license matlab})
 * @param renewedAt when its owner last confirmed that it is still waiting
 * @param reason why it waits, on one line; empty if that is unknown
 * @param nextTry when its owner tries again at the latest; empty if that is unknown
 */
public record Ticket(
        String id,
        String owner,
        String user,
        String wants,
        Needs needs,
        Instant openedAt,
        Instant renewedAt,
        Optional<String> reason,
        Optional<Instant> nextTry) {

    /** Creates a ticket of a request that has just begun to wait. */
    public Ticket(String id, String user, String wants, Needs needs, Instant openedAt, Instant renewedAt) {
        this(id, user, user, wants, needs, openedAt, renewedAt, Optional.empty(), Optional.empty());
    }

    /** How often an owner renews its ticket at least. */
    public static final Duration RENEWAL = Duration.ofMinutes(5);

    /** How long after the next try of its owner a ticket that was not renewed becomes void: the owner is gone. */
    public static final Duration VOID_AFTER = Duration.ofMinutes(2);

    /**
     * The requirements on a host.
     *
     * @param hosts the candidates, which have the requested tags
     * @param slots cores the job will use
     * @param minMemory the memory that must be available, in bytes; 0 for any
     * @param minCores the number of cores the host must have; 0 for any
     * @param maxLoad the highest acceptable one-minute load
     * @param licenses the names of the license features the job needs
     * @param order in which it uses its pools
     */
    public record Needs(
            List<HostName> hosts,
            int slots,
            long minMemory,
            double minCores,
            OptionalDouble maxLoad,
            List<String> licenses,
            PoolOrder order) {

        /** Creates the requirements of a request for hosts that are equally good. */
        public Needs(
                List<HostName> hosts,
                int slots,
                long minMemory,
                double minCores,
                OptionalDouble maxLoad,
                List<String> licenses) {
            this(hosts, slots, minMemory, minCores, maxLoad, licenses, PoolOrder.NONE);
        }

        public Needs {
            hosts = List.copyOf(hosts);
            Objects.requireNonNull(maxLoad, "maxLoad");
            licenses = List.copyOf(licenses);
            if (slots < 0 || minMemory < 0 || !(minCores >= 0)) {
                throw new IllegalArgumentException(
                        "slots, memory and cores must be ≥ 0, were " + slots + ", " + minMemory + " and " + minCores);
            }
        }
    }

    public Ticket {
        if (!Claim.isId(id)) {
            throw new IllegalArgumentException(
                    "a ticket ID must be 1 to 64 of a-z, 0-9 and '-' and not begin with '-', was '" + id + "'");
        }
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(wants, "wants");
        Objects.requireNonNull(needs, "needs");
        Objects.requireNonNull(openedAt, "openedAt");
        Objects.requireNonNull(renewedAt, "renewedAt");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(nextTry, "nextTry");
    }

    /** Returns whether its owner is gone. A renewal time far in the future comes from a wrong clock and is ignored. */
    public boolean isVoid(Instant now) {
        Instant renewal = renewedAt.plus(RENEWAL);
        Instant retry = nextTry.filter(renewedAt::isBefore).orElse(renewedAt);
        Instant expected = retry.isBefore(renewal) ? retry : renewal;
        return now.isAfter(expected.plus(VOID_AFTER)) || now.isBefore(renewedAt.minus(VOID_AFTER));
    }

    /** Returns whether its owner does not try it yet, so that it requires no host. */
    public boolean isPostponed() {
        return needs.hosts().isEmpty();
    }

    /** Returns the same ticket, renewed by its owner. */
    public Ticket renewed(Instant at) {
        return new Ticket(id, owner, user, wants, needs, openedAt, at, reason, nextTry);
    }

    /** Returns the same ticket after a record of its owner. */
    public Ticket renewed(LedgerRecord.TicketRenewed renewed) {
        return new Ticket(
                id,
                owner,
                user,
                wants,
                needs,
                openedAt,
                renewed.at(),
                renewed.reason().or(() -> reason),
                renewed.nextTry().or(() -> nextTry));
    }

    /** Returns the same ticket with the time of its owner's next try. */
    public Ticket withNextTry(Instant time) {
        return new Ticket(id, owner, user, wants, needs, openedAt, renewedAt, reason, Optional.of(time));
    }
}
