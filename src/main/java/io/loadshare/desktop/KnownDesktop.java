package io.loadshare.desktop;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.TrackedJob;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import io.loadshare.placement.PlacementRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A desktop that the ledger or a load report shows. Only its host knows whether it still runs. A desktop of a block in
 * Jenkins is not among them, since it ends with the block.
 *
 * @param id the ID of its job
 */
public record KnownDesktop(Host host, String id) {

    /**
     * Returns the desktops of a request's user on its hosts: first those in the ledger, newest first.
     *
     * @param board the known load reports
     */
    public static List<KnownDesktop> of(PlacementRequest request, LoadBoard board, LedgerView ledger) {
        HostInventory inventory = board.inventory();
        Set<HostName> hosts = hosts(request, inventory);
        List<KnownDesktop> known = new ArrayList<>();
        for (Claim claim : ledger.claims()) {
            if (claim instanceof TrackedJob && serves(claim, request.user(), hosts)) {
                known.add(new KnownDesktop(inventory.find(claim.host()).orElseThrow(), claim.id()));
            }
        }
        Collections.reverse(known);
        known.addAll(reported(request.user(), hosts, board, ledger));
        return known;
    }

    static Set<HostName> hosts(PlacementRequest request, HostInventory inventory) {
        return Arrays.stream(request.candidates())
                .mapToObj(inventory::at)
                .filter(host -> host.tags().containsAll(request.tags()))
                .map(Host::name)
                .collect(Collectors.toSet());
    }

    static boolean serves(Claim claim, String user, Set<HostName> hosts) {
        return DesktopJob.isShared(claim.id()) && claim.user().equals(user) && hosts.contains(claim.host());
    }

    /** Returns the desktops that load reports show and the ledger does not know. */
    static List<KnownDesktop> reported(String user, Set<HostName> hosts, LoadBoard board, LedgerView ledger) {
        List<KnownDesktop> known = new ArrayList<>();
        for (HostName name : hosts) {
            List<LoadReport.ObservedJob> jobs =
                    board.of(name).report().map(LoadReport::jobs).orElse(List.of());
            for (LoadReport.ObservedJob job : jobs) {
                if (DesktopJob.isShared(job.id())
                        && job.user().equals(user)
                        && ledger.claim(job.id()).isEmpty()) {
                    known.add(new KnownDesktop(board.inventory().find(name).orElseThrow(), job.id()));
                }
            }
        }
        return known;
    }
}
