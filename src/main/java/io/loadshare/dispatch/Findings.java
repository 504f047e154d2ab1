package io.loadshare.dispatch;

import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What the launch of one request has found out about hosts since the last scan; a newer scan overrules it. */
final class Findings {

    private record Finding(Instant at, UnaryOperator<HostStatus> change) {}

    private final Map<HostName, Finding> byHost = new HashMap<>();

    void measured(LoadReport report) {
        byHost.put(report.host(), new Finding(report.measuredAt(), status -> status.withReport(report)));
    }

    void failed(HostName host, String reason, Instant at) {
        byHost.put(host, new Finding(at, status -> status.withFailure(reason, at)));
    }

    /** The board with what was found. */
    LoadBoard over(LoadBoard board) {
        byHost.entrySet().removeIf(entry -> isOverruled(entry.getValue(), board.of(entry.getKey())));
        LoadBoard result = board;
        for (Map.Entry<HostName, Finding> entry : byHost.entrySet()) {
            result = result.with(entry.getKey(), entry.getValue().change);
        }
        return result;
    }

    private static boolean isOverruled(Finding finding, HostStatus status) {
        return status.report()
                .filter(report -> report.measuredAt().isAfter(finding.at))
                .isPresent();
    }
}
