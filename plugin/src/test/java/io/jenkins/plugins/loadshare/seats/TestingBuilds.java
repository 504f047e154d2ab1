package io.jenkins.plugins.loadshare.seats;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Builds whose state a test sets. Every node takes every build that may run there. */
final class TestingBuilds implements Builds {

    final Map<Long, Queued> queued = new HashMap<>();
    final Map<Long, String> running = new HashMap<>();
    private final Map<Long, Optional<String>> runs = new HashMap<>();
    final Map<String, Integer> idle = new HashMap<>();
    boolean loaded = true;
    int starts;

    /** Lets a build of license {@code matlab} wait for a node. */
    void enqueue(long item, String node) {
        enqueue(item, "matlab", Optional.empty(), node);
    }

    void enqueue(long item, String license, Optional<String> run, String node) {
        enqueue(item, List.of(license), run, node);
    }

    void enqueue(long item, List<String> licenses, Optional<String> run, String node) {
        runs.put(item, run);
        queued.put(item, new Queued(licenses, () -> run, true, node::equals, node::equals));
    }

    /** Starts a build that waits. */
    void start(long item, String node) {
        queued.remove(item);
        running.put(item, node);
        idle.merge(node, -1, Integer::sum);
    }

    void end(long item) {
        runs.remove(item);
        queued.remove(item);
        String node = running.remove(item);
        if (node != null) {
            idle.merge(node, 1, Integer::sum);
        }
    }

    @Override
    public Map<Long, Queued> queued() {
        return Map.copyOf(queued);
    }

    @Override
    public Map<Long, Running> running() {
        Map<Long, Running> builds = new HashMap<>();
        running.forEach((item, node) -> builds.put(item, new Running(node, () -> runs.get(item))));
        return builds;
    }

    @Override
    public int busy(String node) {
        return (int) running.values().stream().filter(node::equals).count();
    }

    @Override
    public int idle(String node) {
        return idle.getOrDefault(node, 0);
    }

    @Override
    public boolean isQuietingDown() {
        return false;
    }

    @Override
    public boolean areLoaded() {
        return loaded;
    }

    @Override
    public boolean isBuilding(String run) {
        return !loaded || runs.containsValue(Optional.of(run));
    }

    @Override
    public <T> Optional<T> ifWaiting(long item, Supplier<T> action) {
        return queued.containsKey(item) ? Optional.of(action.get()) : Optional.empty();
    }

    @Override
    public void startWaiting() {
        starts++;
    }
}
