package io.loadshare.load;

import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What is known of every host of an inventory at one moment, by the host's position there. Immutable. */
public final class LoadBoard {

    private final HostInventory inventory;
    private final HostStatus[] statuses;
    private final int[] occupied;

    private LoadBoard(HostInventory inventory, HostStatus[] statuses, int[] occupied) {
        this.inventory = inventory;
        this.statuses = statuses;
        this.occupied = occupied;
    }

    /** A board on which nothing is known of any host. */
    public static LoadBoard empty(HostInventory inventory) {
        HostStatus[] statuses = new HostStatus[inventory.size()];
        Arrays.fill(statuses, HostStatus.UNKNOWN);
        return new LoadBoard(inventory, statuses, new int[statuses.length]);
    }

    /** A board with these statuses; hosts of the inventory that are not among them are unknown, others are ignored. */
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

    /** What is known of the host at a position of the inventory. */
    public HostStatus at(int position) {
        return statuses[position];
    }

    /** What is known of a host; {@link HostStatus#UNKNOWN} for a host outside the inventory. */
    public HostStatus of(HostName name) {
        int position = inventory.position(name);
        return position < 0 ? HostStatus.UNKNOWN : statuses[position];
    }

    /** A board that differs in one host, which must be in the inventory. */
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
     * A board that differs in what another scheduler runs on the hosts. The threads of that must stand among the
     * {@code ownRunnable} of the reports, or else they count twice.
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

    /** The slots that another scheduler has taken on the host at a position: executors of Jenkins, for one. */
    public int occupied(int position) {
        return occupied[position];
    }
}
