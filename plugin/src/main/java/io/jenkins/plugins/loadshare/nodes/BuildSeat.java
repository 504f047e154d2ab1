package io.jenkins.plugins.loadshare.nodes;

import io.loadshare.host.HostName;
import io.loadshare.ledger.Claim;
import io.loadshare.load.LoadReport;
import java.util.Optional;

/**
 * The seat that a build has got.
 *
 * @param id of the promise in the ledger
 * @param node where the build runs, if it does or did before Jenkins was restarted
 */
record BuildSeat(String id, HostName machine, String user, Optional<String> node) {

    static BuildSeat of(Claim claim, Optional<String> node) {
        return new BuildSeat(claim.id(), claim.host(), claim.user(), node);
    }

    BuildSeat takenOn(String name) {
        return new BuildSeat(id, machine, user, Optional.of(name));
    }

    /** Whether a build with this seat may run on a node. */
    boolean isOn(MachineInventory machines, String name) {
        if (node.isPresent()) {
            return node.get().equals(name);
        }
        int position = machines.position(name);
        return position >= 0
                && machines.name(position).equals(machine)
                && machines.user(name).equals(user);
    }

    /** As a probe would see it if it could. */
    LoadReport.ObservedJob asJob() {
        return new LoadReport.ObservedJob(id, 1, user, 0);
    }
}
