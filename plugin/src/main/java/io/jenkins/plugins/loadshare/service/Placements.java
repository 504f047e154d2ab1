package io.jenkins.plugins.loadshare.service;

import io.loadshare.dispatch.Place;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The newest placements since Jenkins was started, which can be explained when asked. Any thread may call. */
public final class Placements {

    /** How many are kept. */
    public static final int KEPT = 20;

    private final Deque<Placement> newest = new ArrayDeque<>();

    /**
     * One job and its host.
     *
     * @param build the run's {@code externalizableId}
     */
    public record Placement(Place place, String build, Instant at) {}

    /** Notes that a job goes to a host; if it goes elsewhere in the end, that takes its place. */
    public synchronized void note(Placement placement) {
        newest.removeIf(other -> other.place().id().equals(placement.place().id()));
        newest.addFirst(placement);
        if (newest.size() > KEPT) {
            newest.removeLast();
        }
    }

    /** Newest first. */
    public synchronized List<Placement> newest() {
        return List.copyOf(newest);
    }
}
