package io.jenkins.plugins.loadshare.cloud;

import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.loadshare.ledger.LedgerView;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.time.Duration;
import jenkins.model.Jenkins;

/** What agents may leave behind: nodes, jobs on record, slots, seats and tickets in Jenkins, and processes on hosts. */
final class Leftovers {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private Leftovers() {}

    /** Waits until nothing is left in Jenkins. */
    static void awaitNoneInJenkins() {
        Waiting.until(LIMIT, () -> inJenkins().isEmpty(), () -> "left in Jenkins: " + inJenkins());
    }

    private static String inJenkins() {
        LoadshareService service = LoadshareService.get();
        LedgerView ledger = service.wiring().reservations().view();
        StringBuilder left = new StringBuilder();
        Jenkins.get().getNodes().forEach(node -> left.append(" node ").append(node.getNodeName()));
        service.jobs().running().forEach(job -> left.append(" job ").append(job.id()));
        ledger.claims().forEach(claim -> left.append(" slot ").append(claim));
        ledger.tickets().forEach(ticket -> left.append(" ticket ").append(ticket.id()));
        return left.toString();
    }

    /** Waits until no process of an agent or a job is left on any host. */
    static void awaitNoneOn(Cluster cluster) {
        for (int i = 1; i <= cluster.size(); i++) {
            String host = cluster.host(i);
            Waiting.until(LIMIT, () -> on(cluster, host).isEmpty(), () -> "left on " + host + ": " + on(cluster, host));
        }
    }

    private static String on(Cluster cluster, String host) {
        return cluster.exec(host, "pgrep", "-af", "agent-.*jar|loadshare-job|script connect|sleep 1000")
                .stdout();
    }
}
