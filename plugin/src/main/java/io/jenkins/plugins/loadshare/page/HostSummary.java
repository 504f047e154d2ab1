package io.jenkins.plugins.loadshare.page;

import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.loadshare.LoadshareException;
import io.loadshare.load.HostState;
import io.loadshare.load.LoadBoard;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;

/** The numbers of hosts, jobs and waiting builds. */
record HostSummary(int up, int hosts, int jobs, int waiting) {

    static HostSummary of(LoadshareService service) {
        try {
            LoadBoard board = service.wiring().scans().latest();
            Duration maxAge = service.settings().core().scan().maxAge();
            Instant now = Instant.now();
            int hosts = board.inventory().size();
            int up = (int) IntStream.range(0, hosts)
                    .filter(i -> board.at(i).state(now, maxAge) == HostState.UP)
                    .count();
            return new HostSummary(
                    up,
                    hosts,
                    service.jobs().running().size(),
                    service.waitingRoom().builds().size());
        } catch (LoadshareException e) {
            return new HostSummary(0, 0, 0, 0); // invalid settings, which the page reports
        }
    }

    String words() {
        return Messages.HostSummary_words(up, hosts, jobs, waiting);
    }
}
