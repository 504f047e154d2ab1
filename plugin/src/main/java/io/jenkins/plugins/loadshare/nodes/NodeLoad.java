package io.jenkins.plugins.loadshare.nodes;

import hudson.model.Computer;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.Explanation;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.placement.Placer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The balancer's view of one node, for display.
 *
 * @param status the status of its machine, as last measured by its agent
 * @param machine the name of its machine; empty unless the agent answered the last query
 * @param line the explanation for one more build; empty if the machine is unknown
 */
public record NodeLoad(
        Computer computer, HostStatus status, Optional<HostName> machine, Optional<Explanation.Line> line) {

    /** @param statuses the last measurements of nodes, by name */
    static List<NodeLoad> all(
            List<Computer> computers,
            MachineLedger books,
            Map<String, HostStatus> statuses,
            PlacementSettings settings,
            Instant now) {
        MachineInventory machines = books.machines();
        Map<HostName, Explanation.Line> lines = lines(computers, books, settings, now);
        List<NodeLoad> all = new ArrayList<>();
        for (Computer computer : computers) {
            int position = machines.position(computer.getName());
            Optional<HostName> machine = position < 0 ? Optional.empty() : Optional.of(machines.name(position));
            all.add(new NodeLoad(
                    computer,
                    statuses.getOrDefault(computer.getName(), HostStatus.UNKNOWN),
                    machine,
                    machine.map(lines::get)));
        }
        return all;
    }

    /** Scores nodes like {@link NodeAssignment}: every busy executor is a used slot. */
    private static Map<HostName, Explanation.Line> lines(
            List<Computer> computers, MachineLedger books, PlacementSettings settings, Instant now) {
        MachineInventory machines = books.machines();
        int[] occupied = new int[machines.board().inventory().size()];
        for (Computer computer : computers) {
            int position = machines.position(computer.getName());
            if (position >= 0) {
                occupied[position] += computer.countBusy();
            }
        }
        for (int i = 0; i < occupied.length; i++) {
            occupied[i] = Math.max(0, occupied[i] - books.seated()[i]);
        }
        int[] candidates = machines.nodes().stream()
                .mapToInt(machines::position)
                .distinct()
                .toArray();
        LoadBoard board = books.board().withOccupied(occupied);
        Map<HostName, Explanation.Line> lines = new HashMap<>();
        new Placer(settings.withoutSlotLimit())
                .place(PlacementRequest.of("a node", candidates, "", 0), board, books.view(), now)
                .explanation()
                .candidates()
                .forEach(line -> lines.put(line.host(), line));
        return lines;
    }
}
