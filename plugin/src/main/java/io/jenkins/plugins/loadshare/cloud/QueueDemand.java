package io.jenkins.plugins.loadshare.cloud;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.InitMilestone;
import hudson.model.Cause;
import hudson.model.Queue;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueListener;
import io.jenkins.plugins.loadshare.seats.LicenseNeed;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.service.Requester;
import io.jenkins.plugins.loadshare.steps.JobRun;
import io.loadshare.dispatch.RetryBackoff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.model.Jenkins;

/**
 * Requests a node for each build in Jenkins' queue whose label has a {@link NodeTemplate}, and releases the nodes that no
 * build needs any more. After each event of the queue it compares the waiting builds with the requests, in the
 * background. A failed request is repeated after {@code retry.first}; the queue shows the reason meanwhile. Thread-safe.
 */
@Extension
public final class QueueDemand extends QueueListener {

    private static final Logger LOGGER = Logger.getLogger(QueueDemand.class.getName());

    /** The builds that may exchange their nodes. */
    record Group(String label, String build) {}

    private record Failure(String reason, Instant until) {}

    private final AtomicBoolean pending = new AtomicBoolean();
    private final Map<Group, Failure> failures = new ConcurrentHashMap<>();
    private volatile Map<Long, AgentRequest> requested = Map.of(); // by the ID of the queue item
    private volatile Map<Long, String> refused = Map.of();

    static QueueDemand get() {
        return ExtensionList.lookupSingleton(QueueDemand.class);
    }

    @Override
    public void onEnterBlocked(Queue.BlockedItem item) {
        changed(item);
    }

    @Override
    public void onEnterBuildable(Queue.BuildableItem item) {
        changed(item);
    }

    @Override
    public void onLeft(Queue.LeftItem item) {
        changed(item);
    }

    private void changed(Queue.Item item) {
        if (LoadshareCloud.templateFor(item.getAssignedLabel()).isPresent()) {
            compareSoon();
        }
    }

    /** Compares the queue with the requests, in the background. */
    void compareSoon() {
        if (pending.compareAndSet(false, true)) {
            LoadshareService.get().later(Duration.ZERO, this::compare);
        }
    }

    /**
     * Returns why a build waits for a node of a template. Called under the lock of the queue, so it reads memory only.
     *
     * @return null if a node is ready, or if nodes of others have the label too: then Jenkins gives the reason
     */
    String reason(Queue.Item item) {
        if (!isServed(item) || !LoadshareCloud.isSole(item.getAssignedLabel())) {
            return null;
        }
        AgentRequest request = requested.get(item.getId());
        if (request != null) {
            return request.status();
        }
        return refused.getOrDefault(item.getId(), Messages.AgentRequests_prepares());
    }

    private static boolean isServed(Queue.Item item) {
        return !(item.task instanceof Queue.FlyweightTask)
                && LoadshareCloud.templateFor(item.getAssignedLabel()).isPresent();
    }

    private synchronized void compare() {
        pending.set(false);
        if (Jenkins.get().getInitLevel() != InitMilestone.COMPLETED) {
            return; // the queue is not complete yet; it is compared again within seconds
        }
        try {
            Plan plan = Queue.withLock(this::plan);
            plan.unneeded.forEach(QueueDemand::end);
            Map<Long, AgentRequest> now = new HashMap<>(plan.requested);
            plan.missing.forEach(waiting -> request(waiting)
                    .ifPresentOrElse(
                            request -> now.put(waiting.id(), request),
                            () -> plan.refused.put(waiting.id(), Messages.QueueDemand_notRequested())));
            boolean changed = !now.equals(requested) || !plan.refused.equals(refused);
            requested = now;
            refused = plan.refused;
            if (changed) { // only then, since the queue reports each item again
                Jenkins.get().getQueue().scheduleMaintenance(); // shows the reasons
            }
        } catch (Exception e) {
            LOGGER.log(Level.WARNING, "Nodes were not requested for the builds in the queue", e);
        }
    }

    private static void end(AgentRequest request) {
        try {
            request.end();
        } catch (RuntimeException e) { // it is ended again later
            LOGGER.log(Level.WARNING, "Node " + request.name() + " was not removed", e);
        }
    }

    private Optional<AgentRequest> request(Waiting waiting) {
        try {
            QueuedBuild user = new QueuedBuild(
                    this,
                    AgentRequests.newName(),
                    waiting.template(),
                    LicenseNeed.onAnyNode(waiting.item()),
                    waiting.requester(),
                    Instant.ofEpochMilli(waiting.item().getInQueueSince()),
                    false);
            return Optional.of(AgentRequests.get().add(user));
        } catch (RuntimeException e) {
            LOGGER.log(
                    Level.WARNING,
                    "No node was requested for " + waiting.item().task.getFullDisplayName(),
                    e);
            return Optional.empty();
        }
    }

    /** A build that waits for a node of a template and for nothing else. */
    private record Waiting(Queue.Item item, NodeTemplate template, Requester requester) {

        static Optional<Waiting> of(Queue.Item item) {
            return LoadshareCloud.templateFor(item.getAssignedLabel())
                    .flatMap(template -> Requester.of(item).map(requester -> new Waiting(item, template, requester)));
        }

        long id() {
            return item.getId();
        }

        Group group() {
            return new Group(template.getLabel(), requester.build());
        }
    }

    /** A request that counts toward the limits of a template. */
    private record Counted(NodeTemplate template, Requester requester) {}

    private static final class Plan {

        final Map<Long, AgentRequest> requested = new HashMap<>();
        final List<Waiting> missing = new ArrayList<>();
        final Map<Long, String> refused = new HashMap<>();
        final List<AgentRequest> unneeded = new ArrayList<>();
    }

    /** Compares the queue with the requests. Called under the lock of the queue, so that no build starts meanwhile. */
    private Plan plan() {
        Plan plan = new Plan();
        Map<Group, Deque<Waiting>> waiting = waiting();
        List<AgentRequest> present = AgentRequests.get().ofQueue();
        present.stream()
                .filter(request -> !request.isReleased() && !isInUse(request))
                .map(request -> Map.entry(request.status() != null, request))
                .sorted(Map.Entry.comparingByKey()) // first those that are online
                .map(Map.Entry::getValue)
                .forEach(request -> {
                    Deque<Waiting> builds = request.isLost()
                            ? new ArrayDeque<>()
                            : waiting.getOrDefault(user(request).group(), new ArrayDeque<>());
                    Optional<Waiting> served = takeServed(builds, request);
                    if (served.isPresent()) {
                        plan.requested.put(served.get().id(), request);
                    } else if (!(isKept(request) && builds.isEmpty()) && request.withdraw()) {
                        plan.unneeded.add(request);
                    }
                });
        List<Counted> counted = new ArrayList<>();
        present.forEach(request ->
                counted.add(new Counted(user(request).template(), user(request).requester())));
        failures.keySet().retainAll(waiting.keySet());
        waiting.values().forEach(builds -> builds.forEach(build -> decide(build, counted, plan)));
        return plan;
    }

    /** Returns whether a node is not free for another build: it runs one, or its own is to continue after a restart. */
    private static boolean isInUse(AgentRequest request) {
        if (AgentRequests.get().isBusy(request.name())) {
            user(request).runs();
            return true;
        }
        return user(request).isResuming();
    }

    private static QueuedBuild user(AgentRequest request) {
        return (QueuedBuild) request.user();
    }

    private static Instant now() {
        return LoadshareService.get().clock().instant();
    }

    /** Removes the oldest of some builds that a node serves. It serves none if its template or their licenses changed. */
    private static Optional<Waiting> takeServed(Deque<Waiting> builds, AgentRequest request) {
        Optional<Waiting> oldest = builds.stream()
                .filter(build -> user(request).serves(build.item()))
                .findFirst();
        oldest.ifPresent(builds::remove);
        return oldest;
    }

    /** Returns whether a node waits for the next build. */
    private static boolean isKept(AgentRequest request) {
        NodeTemplate template = user(request).template();
        return template.idleTime().isPresent()
                && LoadshareCloud.hasNodesOf(template)
                && request.status() == null
                && !request.isLost();
    }

    /** Returns the builds that wait for nodes of templates and for nothing else, oldest first. */
    private Map<Group, Deque<Waiting>> waiting() {
        Map<Group, Deque<Waiting>> waiting = new HashMap<>();
        Stream.of(Jenkins.get().getQueue().getItems())
                .filter(item -> isServed(item)
                        && isReady(item)
                        && LicenseNeed.all(item).isEmpty()) // otherwise it waits for a seat on a node with one
                .sorted(Comparator.comparing(Queue.Item::getInQueueSince).thenComparing(Queue.Item::getId))
                .flatMap(item -> Waiting.of(item).stream())
                .forEach(build -> waiting.computeIfAbsent(build.group(), group -> new ArrayDeque<>())
                        .add(build));
        return waiting;
    }

    private static boolean isReady(Queue.Item item) {
        return item instanceof Queue.BuildableItem buildable && !buildable.isPending()
                || item instanceof Queue.BlockedItem blocked && isReady(blocked.getCauseOfBlockage());
    }

    /** Without a cause, the item is buildable at the next look. */
    private static boolean isReady(CauseOfBlockage cause) {
        return cause == null || cause instanceof AgentEvents.Waits;
    }

    private void decide(Waiting build, List<Counted> counted, Plan plan) {
        Failure failure = failures.get(build.group());
        String obstacle = failure != null && now().isBefore(failure.until())
                ? failure.reason()
                : limit(build.template(), build.requester(), counted);
        if (obstacle != null) {
            plan.refused.put(build.id(), obstacle);
            return;
        }
        counted.add(new Counted(build.template(), build.requester()));
        plan.missing.add(build);
    }

    /** Returns the limit that another node would exceed; null if there is none. */
    private static String limit(NodeTemplate template, Requester requester, List<Counted> counted) {
        List<Requester> others = counted.stream()
                .filter(other -> other.template().getLabel().equals(template.getLabel()))
                .map(Counted::requester)
                .toList();
        if (isReached(template.getMaxNodes(), others, other -> "", "")) {
            return Messages.QueueDemand_maxNodes(template.getLabel(), template.getMaxNodes());
        }
        String folder = folder(requester);
        if (isReached(template.getMaxNodesPerFolder(), others, QueueDemand::folder, folder)) {
            return Messages.QueueDemand_maxNodesPerFolder(template.getLabel(), template.getMaxNodesPerFolder(), folder);
        }
        String starter = starter(requester);
        if (!starter.isEmpty() && isReached(template.getMaxNodesPerUser(), others, QueueDemand::starter, starter)) {
            return Messages.QueueDemand_maxNodesPerUser(template.getLabel(), template.getMaxNodesPerUser(), starter);
        }
        return null;
    }

    private static boolean isReached(
            Integer limit, List<Requester> others, Function<Requester, String> key, String value) {
        return limit != null
                && others.stream()
                                .filter(other -> key.apply(other).equals(value))
                                .count()
                        >= limit;
    }

    /** Returns the folder of the top level that contains a job, or the job itself. */
    private static String folder(Requester requester) {
        return requester.job().getFullName().split("/", 2)[0];
    }

    /** Returns the user who started a build; empty if no user did. */
    private static String starter(Requester requester) {
        return requester.causes().stream()
                .filter(Cause.UserIdCause.class::isInstance)
                .map(cause -> ((Cause.UserIdCause) cause).getUserId())
                .filter(user -> user != null)
                .findFirst()
                .orElse("");
    }

    /** Called when a person has aborted the request of a build that still waits: removes the build from the queue. */
    void cancel(QueuedBuild user) {
        requested.forEach((item, request) -> {
            if (request.user() == user && Jenkins.get().getQueue().getItem(item) != null) {
                Jenkins.get().getQueue().cancel(Jenkins.get().getQueue().getItem(item));
            }
        });
    }

    /** Called when a build cannot get a node. */
    void failed(QueuedBuild user, String reason) {
        LoadshareService service = LoadshareService.get();
        Duration pause = new RetryBackoff(service.settings().core().retry()).before(1);
        Failure before = failures.put(user.group(), new Failure(reason, now().plus(pause)));
        if (before == null || !before.reason().equals(reason)) {
            JobRun.say(user.listener().getLogger(), reason);
        }
        service.later(pause, this::compareSoon);
    }
}
