package io.loadshare.cli.command;

import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.agent.client.AgentClient;
import io.loadshare.agent.client.AgentHealth;
import io.loadshare.cli.console.TextTable;
import io.loadshare.host.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A health check of the agents of hosts, which asks all of them at the same time. */
record AgentHealthCheck(AgentClient client, Duration timeout) {

    /**
     * The largest difference between the clocks of two machines at which their reports and reservations can be
     * compared.
     */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

    /**
     * The health of one agent.
     *
     * @param trouble what is wrong; empty if nothing
     */
    record Line(Host host, Optional<AgentHealth> health, String trouble) {

        boolean isWell() {
            return trouble.isEmpty();
        }

        Map<String, Object> toTree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("host", host.name().value());
            tree.put("ok", isWell());
            tree.put("version", health.map(AgentHealth::version).orElse(null));
            tree.put("uptime", health.map(h -> h.uptime().toSeconds()).orElse(null));
            tree.put(
                    "clockOffset",
                    health.map(h -> h.clockOffset().toMillis() / 1000.0).orElse(null));
            tree.put("took", health.map(h -> h.took().toMillis() / 1000.0).orElse(null));
            tree.put("trouble", isWell() ? null : trouble);
            return tree;
        }
    }

    /** @param answered called when a host has answered, or failed to */
    List<Line> check(List<Host> hosts, Runnable answered) {
        List<CompletableFuture<Line>> asked = new ArrayList<>();
        for (Host host : hosts) {
            asked.add(client.health(host, timeout)
                    .thenCompose(health ->
                            client.refusesToken(host, timeout).thenApply(refuses -> line(host, health, refuses)))
                    .exceptionally(failure -> new Line(host, Optional.empty(), words(failure)))
                    .whenComplete((line, failure) -> answered.run()));
        }
        return asked.stream().map(CompletableFuture::join).toList();
    }

    private static String words(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        if (cause instanceof LoadshareException failure) {
            return failure.getMessage();
        }
        throw new LoadshareException(LoadshareException.Kind.SOFTWARE, "asking an agent failed: " + cause, cause);
    }

    private static Line line(Host host, AgentHealth health, boolean refusesToken) {
        List<String> troubles = new ArrayList<>();
        if (refusesToken) {
            troubles.add("it refuses our token, or that we have none (agent.tokenFile)");
        }
        if (!health.condition().equals("ok")) {
            troubles.add(health.condition());
        }
        if (!health.state().equals("ok")) {
            troubles.add("its state " + health.state());
        }
        if (health.clockOffset().abs().compareTo(CLOCK_TOLERANCE.plus(health.took())) > 0) {
            troubles.add("its clock is " + offset(health) + " off");
        }
        return new Line(host, Optional.of(health), String.join("; ", troubles));
    }

    private static String offset(AgentHealth health) {
        return (health.clockOffset().isNegative() ? "" : "+") + Durations.print(health.clockOffset());
    }

    static String table(List<Line> lines) {
        TextTable table = new TextTable("HOST", "VERSION", ">UPTIME", ">CLOCK", ">TOOK", "AGENT");
        for (Line line : lines) {
            table.row(
                    line.host().name().value(),
                    line.health().map(AgentHealth::version).orElse("-"),
                    line.health().map(h -> Durations.print(h.uptime())).orElse("-"),
                    line.health().map(AgentHealthCheck::offset).orElse("-"),
                    line.health().map(h -> Durations.print(h.took())).orElse("-"),
                    line.isWell() ? "ok" : line.trouble());
        }
        return table.print();
    }
}
