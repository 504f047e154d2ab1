package io.loadshare.license;

import io.loadshare.host.HostName;
import java.util.Optional;

/**
 * Where one user's next job may take a seat of one feature: the license's own rule and, if asked, the license server.
 * Built once for a decision. A seat the user already holds never costs another one.
 */
public final class SeatRule {

    private final LicenseFeature feature;
    private final String user;
    private final LicenseUsage usage;
    private final Optional<ServerUsage> server;
    private final int jobs;
    private final int hosts;
    private final int promised;

    /**
     * @param user the login name on the hosts
     * @param server what the license server says, if the feature has one
     */
    public SeatRule(LicenseFeature feature, String user, LicenseUsage usage, Optional<ServerUsage> server) {
        this.feature = feature;
        this.user = user;
        this.usage = usage;
        this.server = server;
        this.jobs = usage.jobs(user);
        this.hosts = usage.hosts(user);
        this.promised = server.map(this::promisedSeats).orElse(0);
    }

    /** Seats of promised jobs that the server does not list yet: they are taken, though it does not know it. */
    private int promisedSeats(ServerUsage answer) {
        if (answer instanceof ServerUsage.Known known) {
            return (int) usage.promised().stream()
                    .filter(seat -> !known.holders().contains(seat))
                    .count();
        }
        return 0;
    }

    /** Whether the user holds a seat on the host. */
    public boolean holds(HostName host) {
        Seat seat = new Seat(user, host);
        return usage.holds(seat)
                || server.filter(answer -> answer instanceof ServerUsage.Known known
                                && known.holders().contains(seat))
                        .isPresent();
    }

    /** Whether the user's next job may take a seat on the host. */
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
        if (server.isEmpty()) {
            return true;
        }
        return server.get() instanceof ServerUsage.Known known && known.inUse() + promised < known.issued();
    }

    /** Why a host is not admitted, and what is used; for people. */
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
            return what + " holds no seat here and none is free: " + known.inUse() + " of " + known.issued() + " in use"
                    + (promised > 0 ? ", " + promised + " promised" : "");
        }
        return what + " has " + jobs + " jobs on " + hosts + " hosts (perUser " + feature.perUser() + ")";
    }

    /** Whether a host with a held seat goes before all others while a core is idle there. */
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
