package io.loadshare.license;

import io.loadshare.host.HostName;
import java.util.Optional;

/**
 * Decides where one user's next job may take a seat of one feature, by the license's rule and the figures of the
 * license server, if there is one. Built once for a decision. A seat that the user already holds never costs another
 * one.
 */
public final class SeatRule {

    private final LicenseFeature feature;
    private final String user;
    private final LicenseUsage usage;
    private final Optional<ServerUsage> server;
    private final int jobs;
    private final int hosts;
    private final int reserved;

    /** @param user the login name on the hosts */
    public SeatRule(RequiredLicense license, String user, LicenseUsage usage) {
        this.feature = license.feature();
        this.user = user;
        this.usage = usage;
        this.server = license.server();
        this.jobs = usage.jobs(user);
        this.hosts = usage.hosts(user);
        this.reserved = server.map(this::reservedSeats).orElse(0);
    }

    /** The seats of jobs in the ledger that the server does not list yet. They are taken as well. */
    private int reservedSeats(ServerUsage answer) {
        if (answer instanceof ServerUsage.Known known) {
            return (int) usage.reserved().stream()
                    .filter(seat -> !known.holders().contains(seat))
                    .count();
        }
        return 0;
    }

    /** Returns whether the user holds a seat on the host. */
    public boolean holds(HostName host) {
        Seat seat = new Seat(user, host);
        return usage.holds(seat)
                || server.filter(answer -> answer instanceof ServerUsage.Known known
                                && known.holders().contains(seat))
                        .isPresent();
    }

    /** Returns whether the user's next job may take a seat on the host. */
    public boolean admits(HostName host) {
        return holds(host) || (admitsNewSeat() && serverHasFreeSeat());
    }

    private boolean admitsNewSeat() {
        return switch (feature.rule()) {
            case SPREAD -> jobs < feature.perUser();
            case SAVE -> hosts < feature.perUser();
        };
    }

    private boolean serverHasFreeSeat() {
        if (server.isEmpty() || server.get() instanceof ServerUsage.Uncounted) {
            return true;
        }
        return server.get() instanceof ServerUsage.Known known && known.inUse() + reserved < known.issued();
    }

    /** Returns why a host is not admitted, with the current use, as text. */
    public String describe() {
        String what = "license " + feature.name() + ": " + user;
        if (!admitsNewSeat()) {
            return what
                    + switch (feature.rule()) {
                        case SPREAD ->
                            " has " + jobs + " jobs (perUser " + feature.perUser()
                                    + "), so only hosts where they already have one";
                        case SAVE -> " holds seats on " + hosts + " hosts (perUser " + feature.perUser() + ")";
                    };
        }
        if (server.isPresent() && server.get() instanceof ServerUsage.Unknown unknown) {
            return what + " holds no seat here and the license server gave no answer: " + unknown.reason();
        }
        if (server.isPresent() && server.get() instanceof ServerUsage.Known known) {
            return what + " holds no seat here and none is free: " + known
                    + (reserved > 0 ? ", " + reserved + " reserved" : "");
        }
        return what + " has " + jobs + " jobs on " + hosts + " hosts (perUser " + feature.perUser() + ")";
    }

    /** Returns whether a host where the user holds a seat is preferred while a core is idle there. */
    public boolean prefersHeldSeats() {
        return feature.rule() == LicenseFeature.Rule.SAVE;
    }

    public LicenseFeature feature() {
        return feature;
    }

    public int jobs() {
        return jobs;
    }

    public int hosts() {
        return hosts;
    }
}
