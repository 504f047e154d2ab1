package io.jenkins.plugins.loadshare.seats;

import io.jenkins.plugins.loadshare.nodes.MachineInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Claim;
import io.loadshare.load.LoadReport;
import java.util.Optional;

/**
 * The license seat of a build.
 *
 * @param id the ID of its reservation in the ledger
 * @param node the node where the build runs, or ran before Jenkins was restarted
 */
record BuildSeat(String id, HostName machine, String user, Optional<String> node) {

    static BuildSeat of(Claim claim, Optional<String> node) {
        return new BuildSeat(claim.id(), claim.host(), claim.user(), node);
    }

    BuildSeat takenOn(String name) {
        return new BuildSeat(id, machine, user, Optional.of(name));
    }

    /** Returns whether a build with this seat may run on a node. */
    boolean isOn(MachineInventory machines, String name) {
        if (node.isPresent()) {
            return node.get().equals(name);
        }
        int position = machines.position(name);
        return position >= 0
                && machines.name(position).equals(machine)
                && machines.user(name).equals(user);
    }

    /** Returns the build as a job, as if a probe could see it. */
    LoadReport.ObservedJob asJob() {
        return new LoadReport.ObservedJob(id, 1, user, 0);
    }
}
