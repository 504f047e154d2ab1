package io.jenkins.plugins.loadshare.seats;

import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.stream.Collectors;

/** The license seats of builds on nodes at one moment, which no probe can see. Any thread may call. */
final class SeatSnapshot {

    private final Map<HostName, List<LoadReport.ObservedJob>> jobs;
    private final Map<LoadBoard, LoadBoard> shown = Collections.synchronizedMap(new WeakHashMap<>());

    SeatSnapshot(Collection<BuildSeat> seats) {
        jobs = seats.stream()
                .collect(Collectors.groupingBy(
                        BuildSeat::machine, Collectors.mapping(BuildSeat::asJob, Collectors.toUnmodifiableList())));
    }

    boolean isSameAs(SeatSnapshot other) {
        return jobs.equals(other.jobs);
    }

    /** Returns the board with the builds added to the jobs; always the same object for a board. */
    LoadBoard over(LoadBoard board) {
        boolean none =
                jobs.keySet().stream().noneMatch(machine -> board.inventory().position(machine) >= 0);
        return none ? board : shown.computeIfAbsent(board, this::added);
    }

    private LoadBoard added(LoadBoard board) {
        LoadBoard result = board;
        for (Map.Entry<HostName, List<LoadReport.ObservedJob>> entry : jobs.entrySet()) {
            if (board.inventory().position(entry.getKey()) >= 0) {
                result = result.with(entry.getKey(), status -> added(status, entry.getValue()));
            }
        }
        return result;
    }

    private static HostStatus added(HostStatus status, List<LoadReport.ObservedJob> builds) {
        Optional<LoadReport> report = status.report().map(old -> {
            List<LoadReport.ObservedJob> all = new ArrayList<>(old.jobs());
            all.addAll(builds);
            return old.withJobs(all);
        });
        return new HostStatus(report, status.failure(), status.drain(), status.suspension());
    }
}
