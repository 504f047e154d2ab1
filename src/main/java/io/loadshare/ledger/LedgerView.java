package io.loadshare.ledger;

import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The content of the ledger at one moment: the entries of each host by its position in the inventory, and the waiting
 * tickets, oldest first. Immutable; {@link #fold} returns the view after more records. Claims on hosts outside the
 * inventory are kept, because they still hold license seats.
 */
public final class LedgerView {

    private final HostInventory inventory;
    private final HostLedger[] hosts;
    private final Map<String, Claim> claims;
    private final Map<String, Ticket> tickets;
    private final Map<String, String> withdrawn;
    private final Set<String> refused;
    private final long releases;

    private LedgerView(
            HostInventory inventory,
            HostLedger[] hosts,
            Map<String, Claim> claims,
            Map<String, Ticket> tickets,
            Map<String, String> withdrawn,
            Set<String> refused,
            long releases) {
        this.inventory = inventory;
        this.hosts = hosts;
        this.claims = claims;
        this.tickets = tickets;
        this.withdrawn = withdrawn;
        this.refused = refused;
        this.releases = releases;
    }

    public static LedgerView empty(HostInventory inventory) {
        HostLedger[] hosts = new HostLedger[inventory.size()];
        Arrays.fill(hosts, HostLedger.EMPTY);
        return new LedgerView(inventory, hosts, Map.of(), Map.of(), Map.of(), Set.of(), 0);
    }

    public HostInventory inventory() {
        return inventory;
    }

    /** Returns the entries of the host at a position of the inventory. */
    public HostLedger at(int position) {
        return hosts[position];
    }

    /** Returns the entries of a host; none for a host outside the inventory. */
    public HostLedger of(HostName name) {
        int position = inventory.position(name);
        return position < 0 ? HostLedger.EMPTY : hosts[position];
    }

    /** Returns all reservations and jobs not yet ended, oldest first. */
    public Collection<Claim> claims() {
        return Collections.unmodifiableCollection(claims.values());
    }

    public Optional<Claim> claim(String id) {
        return Optional.ofNullable(claims.get(id));
    }

    /** Returns all waiting tickets, oldest first. */
    public Collection<Ticket> tickets() {
        return Collections.unmodifiableCollection(tickets.values());
    }

    public Optional<Ticket> ticket(String id) {
        return Optional.ofNullable(tickets.get(id));
    }

    /** Returns who withdrew a request that waited; empty if nobody did, or long ago. */
    public Optional<String> withdrawnBy(String id) {
        return Optional.ofNullable(withdrawn.get(id));
    }

    /** Returns whether the owner of a ticket has found no suitable host since the last release. */
    public boolean refusedSinceRelease(String ticketId) {
        return refused.contains(ticketId);
    }

    /** A counter that changes when slots, a seat or a turn is released: waiting requests may then try again. */
    public long releases() {
        return releases;
    }

    /** Returns the same view with other entries for some hosts of the inventory. */
    public LedgerView withHosts(Map<HostName, HostLedger> others) {
        HostLedger[] changed = hosts.clone();
        others.forEach((name, ledger) -> changed[inventory.position(name)] = ledger);
        return new LedgerView(inventory, changed, claims, tickets, withdrawn, refused, releases);
    }

    /** Returns the view after these records. A record about an unknown job or ticket changes nothing. */
    public LedgerView fold(Collection<? extends LedgerRecord> records) {
        if (records.isEmpty()) {
            return this;
        }
        Folding folding = folding();
        records.forEach(folding::add);
        return folding.result();
    }

    /** Returns a builder of the view after more records, one at a time. */
    public Folding folding() {
        return new Folding();
    }

    public LedgerView fold(LedgerRecord record) {
        return fold(List.of(record));
    }

    /** Builds a view. Not thread-safe. */
    public final class Folding implements LedgerRecord.Visitor {

        private HostLedger.Builder[] changedHosts = {}; // by position, null for unchanged hosts
        private final Map<String, Claim> newClaims = new LinkedHashMap<>(claims);
        private final Map<String, Ticket> newTickets = new LinkedHashMap<>(tickets);
        private Map<String, String> newWithdrawn = withdrawn;
        private final Set<String> newRefused = new HashSet<>(refused);
        private long newReleases = releases;

        private Folding() {}

        /** A record about an unknown job or ticket changes nothing. */
        public void add(LedgerRecord record) {
            record.accept(this);
            if (record.releases()) {
                newReleases++;
                newRefused.clear();
            }
        }

        @Override
        public void visit(LedgerRecord.Reserved reserved) {
            Reservation reservation = reserved.reservation();
            if (newClaims.putIfAbsent(reservation.id(), reservation) == null) {
                HostLedger.Builder host = changing(reservation.host());
                if (host != null) {
                    host.reserve(reservation);
                }
            }
        }

        @Override
        public void visit(LedgerRecord.Started started) {
            if (newClaims.get(started.id()) instanceof Reservation reservation) {
                TrackedJob job = new TrackedJob(reservation, started.at());
                newClaims.put(job.id(), job);
                HostLedger.Builder host = changing(job.host());
                if (host != null) {
                    host.start(job);
                }
            }
        }

        @Override
        public void visit(LedgerRecord.Retreated retreated) {
            Claim claim = newClaims.remove(retreated.id());
            HostLedger.Builder host = claim == null ? null : changing(claim.host());
            if (host != null) {
                host.retreat(claim.id());
            }
        }

        @Override
        public void visit(LedgerRecord.Ended ended) {
            Claim claim = newClaims.remove(ended.id());
            HostLedger.Builder host = claim == null ? null : changing(claim.host());
            if (host != null) {
                host.end(claim, ended);
            }
        }

        @Override
        public void visit(LedgerRecord.TicketOpened opened) {
            newTickets.putIfAbsent(opened.ticket().id(), opened.ticket());
        }

        @Override
        public void visit(LedgerRecord.TicketRenewed renewed) {
            Ticket ticket = newTickets.computeIfPresent(renewed.id(), (id, old) -> old.renewed(renewed));
            if (ticket != null && renewed.refused()) {
                newRefused.add(ticket.id());
            } else {
                newRefused.remove(renewed.id());
            }
        }

        @Override
        public void visit(LedgerRecord.TicketClosed closed) {
            newTickets.remove(closed.id());
            closed.by().ifPresent(by -> {
                newWithdrawn = new HashMap<>(newWithdrawn);
                newWithdrawn.put(closed.id(), by);
            });
        }

        @Override
        public void visit(LedgerRecord.Counted counted) {
            HostLedger.Builder host = changing(counted.host());
            if (host != null) {
                host.count(counted.completed());
            }
        }

        /** Returns the entries of a host that are about to change; null for a host outside the inventory. */
        private HostLedger.Builder changing(HostName name) {
            int position = inventory.position(name);
            if (position < 0) {
                return null;
            }
            if (changedHosts.length == 0) {
                changedHosts = new HostLedger.Builder[hosts.length];
            }
            if (changedHosts[position] == null) {
                changedHosts[position] = new HostLedger.Builder(hosts[position]);
            }
            return changedHosts[position];
        }

        public LedgerView result() {
            HostLedger[] newHosts = changedHosts.length == 0 ? hosts : hosts.clone();
            for (int i = 0; i < changedHosts.length; i++) {
                if (changedHosts[i] != null) {
                    newHosts[i] = changedHosts[i].build();
                }
            }
            return new LedgerView(inventory, newHosts, newClaims, newTickets, newWithdrawn, newRefused, newReleases);
        }
    }
}
