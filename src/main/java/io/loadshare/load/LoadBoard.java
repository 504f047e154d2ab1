package io.loadshare.load;

import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The status of every host of an inventory at one moment, indexed by the host's position. Immutable. */
public final class LoadBoard {

    private final HostInventory inventory;
    private final HostStatus[] statuses;
    private final int[] occupied;

    private LoadBoard(HostInventory inventory, HostStatus[] statuses, int[] occupied) {
        this.inventory = inventory;
        this.statuses = statuses;
        this.occupied = occupied;
    }

    /** Returns a board on which no host has been measured. */
    public static LoadBoard empty(HostInventory inventory) {
        HostStatus[] statuses = new HostStatus[inventory.size()];
        Arrays.fill(statuses, HostStatus.UNKNOWN);
        return new LoadBoard(inventory, statuses, new int[statuses.length]);
    }

    /**
     * Returns a board with these statuses. Hosts of the inventory without a status are unknown; other hosts are
     * ignored.
     */
    public static LoadBoard of(HostInventory inventory, Map<HostName, HostStatus> known) {
        LoadBoard board = empty(inventory);
        for (Map.Entry<HostName, HostStatus> each : known.entrySet()) {
            int position = inventory.position(each.getKey());
            if (position >= 0) {
                board.statuses[position] = each.getValue();
            }
        }
        return board;
    }

    public HostInventory inventory() {
        return inventory;
    }

    /** Returns the status of the host at a position of the inventory. */
    public HostStatus at(int position) {
        return statuses[position];
    }

    /** Returns the status of a host; {@link HostStatus#UNKNOWN} for a host outside the inventory. */
    public HostStatus of(HostName name) {
        int position = inventory.position(name);
        return position < 0 ? HostStatus.UNKNOWN : statuses[position];
    }

    /** Returns a copy of the board with another status for one host, which must be in the inventory. */
    public LoadBoard with(HostName name, UnaryOperator<HostStatus> change) {
        int position = inventory.position(name);
        if (position < 0) {
            throw new IllegalArgumentException("unknown host '" + name + "'");
        }
        HostStatus[] changed = statuses.clone();
        changed[position] = change.apply(changed[position]);
        return new LoadBoard(inventory, changed, occupied);
    }

    /**
     * Returns a copy of the board with the slots that another scheduler uses on the hosts. The reports must count the
     * threads in these slots as {@code ownRunnable}; otherwise they count twice.
     *
     * @param slots by position
     */
    public LoadBoard withOccupied(int[] slots) {
        if (slots.length != statuses.length) {
            throw new IllegalArgumentException(
                    "slots must be given for each of " + statuses.length + " hosts, were " + slots.length);
        }
        return new LoadBoard(inventory, statuses, slots.clone());
    }

    /** Returns the slots that another scheduler, such as Jenkins with its executors, uses on the host at a position. */
    public int occupied(int position) {
        return occupied[position];
    }
}
