package io.jenkins.plugins.loadshare.page;

import io.loadshare.Quoted;
import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import io.loadshare.ledger.LedgerView;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.LicenseUsage;
import io.loadshare.license.Seat;
import io.loadshare.license.ServerUsage;
import io.loadshare.load.LoadBoard;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A license: its rule, its seats and their holders. A seat is one user on one host. */
@ExportedBean(defaultVisibility = 2)
public final class LicenseRow {

    private final LicenseFeature feature;
    private final Optional<ServerUsage> server;
    private final List<Holder> holders = new ArrayList<>();

    /** A user who holds seats. */
    @ExportedBean(defaultVisibility = 3)
    public record Holder(
            @Exported String user,
            List<HostName> on,
            @Exported int jobs) {

        /** The hosts on which the user holds a seat. */
        @Exported
        public List<String> hosts() {
            return on.stream().map(HostName::value).toList();
        }

        public String words() {
            return Messages.LicenseRow_holder(user, HostSet.fold(on), jobs);
        }
    }

    /** @param server the last answer of the license server, if there is one */
    LicenseRow(LicenseFeature feature, LoadBoard board, LedgerView view, Optional<ServerUsage> server) {
        this.feature = feature;
        this.server = server;
        Map<String, Map<HostName, Integer>> byUser = new TreeMap<>();
        LicenseUsage.of(feature, board, view)
                .bySeat()
                .forEach((Seat seat, Integer jobs) -> byUser.computeIfAbsent(seat.user(), user -> new TreeMap<>())
                        .put(seat.host(), jobs));
        byUser.forEach((user, jobs) -> holders.add(new Holder(
                user,
                List.copyOf(jobs.keySet()),
                jobs.values().stream().mapToInt(Integer::intValue).sum())));
    }

    @Exported
    public String getLicense() {
        return feature.name();
    }

    /** {@code spread} or {@code save}. */
    @Exported
    public String getRule() {
        return feature.rule().name().toLowerCase(Locale.ROOT);
    }

    @Exported
    public int getPerUser() {
        return feature.perUser();
    }

    /** The seats that are held or reserved, as far as loadshare knows. */
    @Exported
    public int getSeats() {
        return holders.stream().mapToInt(holder -> holder.on().size()).sum();
    }

    /** The seats in use by everyone, according to the license server. */
    @Exported
    public Integer getServerInUse() {
        return server.orElse(null) instanceof ServerUsage.Known known ? known.inUse() : null;
    }

    /** The total number of seats, according to the license server. */
    @Exported
    public Integer getServerIssued() {
        return server.orElse(null) instanceof ServerUsage.Known known ? known.issued() : null;
    }

    @Exported
    public List<Holder> getHolders() {
        return List.copyOf(holders);
    }

    /** Returns whether the license server has not answered yet. */
    boolean isAsking() {
        return !feature.server().isEmpty() && server.isEmpty();
    }

    /** Returns all that the row shows, in no language. */
    String content() {
        return String.join("|", feature.toString(), server.toString(), holders.toString());
    }

    public String getRuleWords() {
        return feature.rule() == LicenseFeature.Rule.SAVE
                ? Messages.LicenseRow_save(feature.perUser())
                : Messages.LicenseRow_spread(feature.perUser());
    }

    public String getServerWords() {
        if (feature.server().isEmpty()) {
            return Messages.LicenseRow_noServer();
        }
        if (isAsking()) {
            return Messages.LicenseRow_notAsked();
        }
        if (server.get() instanceof ServerUsage.Uncounted) {
            return Messages.LicenseRow_uncounted();
        }
        return server.get() instanceof ServerUsage.Known known
                ? Messages.LicenseRow_known(known.inUse(), known.issued())
                : Messages.LicenseRow_unknown(Quoted.of(((ServerUsage.Unknown) server.get()).reason()));
    }
}
