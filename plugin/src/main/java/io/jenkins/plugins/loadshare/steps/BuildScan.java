package io.jenkins.plugins.loadshare.steps;

import hudson.AbortException;
import hudson.Util;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.loadshare.service.FailureMessages;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.service.PluginServices;
import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.config.JobRequirements;
import io.loadshare.host.HostName;
import io.loadshare.load.HostTree;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.Explanation;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.ScanResult;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A scan for a build, which measures all hosts and returns those of one pool.
 *
 * @param pool null for all hosts
 * @param minReachable the scan fails if fewer hosts answer
 */
record BuildScan(String pool, int minReachable) {

    BuildScan {
        pool = Util.fixEmptyAndTrim(pool);
    }

    /**
     * Starts the scan. The future completes with one map for each host, as in {@code load --json}, or fails with an
     * {@link AbortException}.
     */
    CompletableFuture<List<Map<String, Object>>> start(LoadshareService service, Run<?, ?> run, TaskListener listener) {
        try {
            if (minReachable < 0) {
                throw new AbortException("minReachable must be ≥ 0, was " + minReachable);
            }
            PluginServices wiring = service.wiring();
            PlacementRequest request = request(wiring, run);
            return service.scanNow().handle((result, failure) -> {
                if (failure != null) {
                    throw new CompletionException(
                            new AbortException("The hosts were not measured: " + FailureMessages.of(failure)));
                }
                return report(wiring, request, result, service.clock().instant(), listener.getLogger());
            });
        } catch (LoadshareException | AbortException e) {
            return CompletableFuture.failedFuture(new AbortException(e.getMessage()));
        }
    }

    private PlacementRequest request(PluginServices wiring, Run<?, ?> run) {
        JobRequirements.Where where =
                new JobRequirements.Where(Optional.ofNullable(pool), Optional.empty(), Optional.empty());
        JobRequirements wish =
                new JobRequirements(where, List.of(), Set.of(), 0, 0, OptionalDouble.empty(), OptionalInt.empty());
        return wiring.request(wish, run.getParent(), System.getProperty("user.name"));
    }

    private List<Map<String, Object>> report(
            PluginServices wiring, PlacementRequest request, ScanResult result, Instant now, PrintStream log) {
        LoadBoard board = wiring.scans().latest();
        Explanation why = wiring.dispatcher().best(request, false).explanation();
        Duration maxAge = wiring.settings().core().scan().maxAge();
        List<HostName> names = Arrays.stream(request.candidates())
                .mapToObj(position -> board.inventory().at(position).name())
                .toList();
        List<HostResult> failed = result.hosts().stream()
                .filter(host -> host.failure().isPresent() && names.contains(host.host()))
                .toList();
        int answered = names.size() - failed.size();
        failed.forEach(host -> log.println(
                "[loadshare] " + host.host() + ": " + host.failure().get().getMessage()));
        log.println("[loadshare] " + answered + " of " + names.size() + " hosts answered within "
                + Durations.print(Duration.between(result.startedAt(), result.endedAt())));
        if (answered < minReachable) {
            throw new CompletionException(new AbortException("Only " + answered + " of " + names.size() + " hosts"
                    + (pool == null ? "" : " of pool " + pool) + " answered, minReachable is " + minReachable));
        }
        List<Map<String, Object>> hosts = new ArrayList<>();
        for (HostName name : names) {
            Optional<Explanation.Line> line = why.candidates().stream()
                    .filter(one -> one.host().equals(name))
                    .findFirst();
            OptionalDouble score = line.map(Explanation.Line::score).orElse(OptionalDouble.empty());
            Optional<String> reason = line.flatMap(Explanation.Line::refusal).map(Explanation.Refusal::words);
            hosts.add(HostTree.of(name, board.of(name), score, reason, maxAge, now));
        }
        return hosts;
    }
}
