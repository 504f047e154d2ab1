package io.loadshare.dispatch;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import io.loadshare.probe.HostResult;
import io.loadshare.scan.LoadSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A board that tests write on, and hosts that answer what tests say when they are measured. */
public class TestingLoadSource implements LoadSource {

    final List<List<HostName>> scans = new ArrayList<>();
    private final Map<HostName, Function<HostStatus, HostStatus>> answers = new HashMap<>();
    private LoadBoard board;

    public TestingLoadSource(HostInventory inventory) {
        board = LoadBoard.empty(inventory);
    }

    /** Puts a report on the board, as a scan by someone else does. */
    TestingLoadSource know(LoadReport... reports) {
        for (LoadReport report : reports) {
            change(report.host().value(), status -> status.withReport(report));
        }
        return this;
    }

    void change(String host, UnaryOperator<HostStatus> change) {
        board = board.with(new HostName(host), change);
    }

    /** What a host will answer when it is measured; without an answer the board keeps what it has. */
    void answer(String host, Function<HostStatus, HostStatus> answer) {
        answers.put(new HostName(host), answer);
    }

    @Override
    public LoadBoard latest() {
        return board;
    }

    @Override
    public LoadBoard refresh(List<HostName> hosts) {
        scans.add(hosts);
        for (HostName host : hosts) {
            if (answers.containsKey(host)) {
                change(host.value(), answers.get(host)::apply);
            }
        }
        return board;
    }

    /** Fails, since the reports of these tests are young enough. */
    HostResult look(Host host) {
        throw new AssertionError("looked at " + host.name());
    }
}
