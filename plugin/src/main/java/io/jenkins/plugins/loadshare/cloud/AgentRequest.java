package io.jenkins.plugins.loadshare.cloud;

import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import hudson.slaves.SlaveComputer;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.BuildJobs;
import io.jenkins.plugins.loadshare.service.HostAccess;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.service.Placements;
import io.jenkins.plugins.loadshare.service.Requester;
import io.jenkins.plugins.loadshare.steps.JobOwner;
import io.jenkins.plugins.loadshare.steps.JobRun;
import io.jenkins.plugins.loadshare.steps.PlacesAction;
import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.job.JobState;
import io.loadshare.transport.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.CauseOfInterruption;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;

/**
 * The request for a node on the least loaded host, from the request to the end of the node.
 *
 * <p><b>Life cycle.</b> A {@link JobRun} places a job like that of {@code withLoadshare}, which holds the slot and the
 * seat. Before it starts, its host is {@linkplain AgentInstallation prepared}. When it runs, the node is created, and
 * {@link LoadshareAgent.Launcher} starts the agent as a process of the job. In a Slurm cluster, the job may wait before
 * it runs, and the launcher reaches its node with srun. Then the {@link AgentUser}, which waits in Jenkins' queue, runs
 * on the node. When it is over, Jenkins removes the node, and this request ends the job.
 *
 * <p><b>Failures.</b> If the agent does not come online, the request moves to another host, at most {@value #MAX_HOSTS}
 * in all. If it was online and its connection is lost, it is connected again, for at most five minutes. Events of an
 * earlier host, such as a launch that fails late, change nothing.
 *
 * <p><b>A restart</b> of Jenkins finds the job in the records of jobs, and the node among the nodes of Jenkins.
 * Thread-safe.
 */
final class AgentRequest implements JobOwner {

    private static final Logger LOGGER = Logger.getLogger(AgentRequest.class.getName());

    private static final int MAX_HOSTS = 3;
    private static final int LAUNCHES = 2;
    private static final int STRANDED = 2;
    private static final Duration RECONNECT_LIMIT = Duration.ofMinutes(5);
    private static final Duration RECONNECT_PAUSE = Duration.ofSeconds(2);

    private final LoadshareService service;
    private final AgentRequests requests;
    private final AgentUser user;
    private final Map<HostName, String> excluded = new ConcurrentHashMap<>();
    private final Object creation = new Object(); // held while the node is created; never under the lock of the queue

    private volatile JobRun job;
    private volatile boolean online;
    private volatile BuildJob place; // null until the job runs
    private volatile AgentInstallation installation;
    private volatile String directory;
    private volatile List<String> reasons = List.of();
    private volatile String failure = "it ended at once"; // of the last launch
    private int attempt = 1; // guarded by this, like the rest
    private int failures; // to start the agent, on all hosts
    private int launches; // that failed on this host
    private Computer launching; // null if no launch is under way
    private Instant offlineSince;
    private boolean moving;
    private int stranded; // checks that found the block outside the queue
    private boolean released;
    private boolean finished;

    AgentRequest(LoadshareService service, AgentRequests requests, AgentUser user) {
        this.service = service;
        this.requests = requests;
        this.user = user;
    }

    /** Starts, or resumes after a restart. */
    synchronized void begin() {
        while (attempt < MAX_HOSTS
                && service.jobs().of(requester(), step(attempt + 1)).isPresent()) {
            attempt++;
        }
        failures = attempt - 1;
        runJob();
    }

    private void runJob() {
        job = new JobRun(service, user.step(), this);
        job.begin();
    }

    String name() {
        return user.node();
    }

    /** Returns the root directory of the node on its host; null until it is known. */
    String directory() {
        return directory;
    }

    /** Returns why the node is not yet online, for the queue; null if it is. */
    String status() {
        if (online) {
            return null;
        }
        BuildJob known = place;
        if (known != null) {
            return Messages.AgentRequests_starts(known.host().name());
        }
        return reasons.isEmpty()
                ? Messages.AgentRequests_prepares()
                : Messages.AgentRequests_waits(String.join("; ", reasons));
    }

    AgentUser user() {
        return user;
    }

    @Override
    public Requester requester() {
        return user.requester();
    }

    /** Returns whether this is the request of the build that waits with an item of the queue. */
    boolean isOf(Queue.Item item) {
        return Requester.of(item)
                .filter(waiting -> waiting.build().equals(requester().build()))
                .isPresent();
    }

    @Override
    public PlacesAction places() {
        return user.places();
    }

    @Override
    public synchronized String step() {
        return step(attempt);
    }

    private String step(int number) {
        return BuildJobs.attempt(user.id(), number);
    }

    @Override
    public TaskListener listener() throws IOException, InterruptedException {
        return user.listener();
    }

    @Override
    public Map<String, String> variables() {
        AgentInstallation known = installation;
        return known == null ? Map.of() : known.variables();
    }

    @Override
    public Instant since() {
        return user.since();
    }

    @Override
    public boolean isOver() {
        return isReleased() || user.isOver();
    }

    @Override
    public void waits(List<String> why) {
        reasons = why;
    }

    @Override
    public Map<HostName, String> excluded() {
        return excluded;
    }

    @Override
    public void prepare(Host host, HostAccess access) {
        try {
            installation = AgentInstallation.on(
                    host, access, user.settings(service.settings().agents()));
        } catch (LoadshareException e) {
            if (isOfHost(e) && exclude(host.name(), e.getMessage())) {
                throw new LoadshareException(
                        LoadshareException.Kind.CONFIGURATION,
                        "no agent started in " + MAX_HOSTS + " attempts:\n  " + String.join("\n  ", excluded.values()));
            }
            throw e;
        }
    }

    /** Returns whether a host is to blame, not the way to it: without a connection, the request waits for a scan. */
    private static boolean isOfHost(LoadshareException failure) {
        return failure.kind() == LoadshareException.Kind.UNAVAILABLE
                && !(failure instanceof TransportException transport
                        && transport.reason() != TransportException.Reason.TIMED_OUT);
    }

    /** @return whether the request has failed on too many hosts */
    private synchronized boolean exclude(HostName host, String why) {
        excluded.put(host, why);
        failures++;
        return failures >= MAX_HOSTS;
    }

    @Override
    public void running(BuildJob started) {
        place = started;
        synchronized (creation) {
            createNode(started);
            if (isAt(started)) {
                requests.connect(name());
            } else { // left or released meanwhile
                requests.removeNode(name());
            }
        }
    }

    private synchronized boolean isAt(BuildJob known) {
        return place == known && !moving && !released;
    }

    private void createNode(BuildJob started) {
        LoadshareAgent known = requests.node(name());
        if (known != null) {
            directory = known.getRemoteFS();
            synchronized (this) {
                online = known.wasOnline(); // before the restart
            }
        } else {
            if (installation == null) {
                prepare(started.host(), job.access());
            }
            synchronized (requests) { // the lock of freeDirectory, so that others see the choice
                directory = requests.freeDirectory(installation.directory(), started.host());
            }
            requests.addNode(
                    user, "Job " + started.id() + " on " + started.host().name(), directory);
        }
    }

    /** Starts the agent. Called by the launcher of the node. */
    void connect(SlaveComputer computer, TaskListener listener) throws IOException, InterruptedException {
        BuildJob known = place;
        if (known == null) { // after a restart
            service.later(RECONNECT_PAUSE, () -> requests.connect(name()));
            throw new AbortException("the job of this agent does not run yet");
        }
        synchronized (this) {
            launching = computer;
        }
        try {
            AgentConnection.open(service, known, job.access(), computer, listener);
            Channel channel = computer.getChannel();
            if (requests.node(name()) == null && channel != null) {
                channel.close(); // the node was removed meanwhile
            }
        } catch (IOException e) {
            if (isAt(known)) {
                failure = e.getMessage();
            }
            throw new AbortException("the agent on " + known.host().name() + " was not started: " + e.getMessage());
        } finally {
            launched(known, computer);
        }
    }

    /** Counts a failed launch, which Jenkins does not always report, once. */
    private synchronized void launched(BuildJob known, SlaveComputer computer) {
        if (launching == computer) {
            launching = null;
        }
        if (computer.getChannel() == null) {
            disconnected(known);
        }
    }

    /** Called when a build starts on the node, which a template made for the next build of a job. */
    void started(Run<?, ?> run, TaskListener listener) {
        BuildJob known = place;
        if (known == null || !(user instanceof QueuedBuild queued)) {
            return;
        }
        String build = run.getExternalizableId();
        service.jobs().find(known.id()).map(record -> record.of(build)).ifPresent(service.jobs()::put);
        queued.started(run, listener, known.id(), service.clock().instant());
        service.placements().note(new Placements.Placement(known.id(), build));
        job.say("Job " + known.id() + " holds the place of this build on "
                + known.host().name());
    }

    /** Called when a computer is online. */
    void online(Computer computer) {
        if (!requests.isOf(computer, name())) {
            return;
        }
        synchronized (this) {
            online = true;
            offlineSince = null;
        }
        LoadshareAgent known = requests.node(name());
        if (known != null) {
            known.online();
        }
    }

    /** Called periodically. */
    void check() {
        if (isOver()) {
            withdraw();
            end(); // again, if an earlier attempt failed
        } else if (isStranded()) {
            try {
                job.say("The block is not in Jenkins' queue any more; queueing it again");
                user.queueAgain();
            } catch (Exception e) {
                LOGGER.log(Level.WARNING, "The block of " + requester().build() + " was not queued again", e);
            }
        }
    }

    /**
     * Returns whether the node is ready for a block that has not started, but Jenkins' queue does not hold the block. A
     * kill of Jenkins may reuse the number of its queue item, and then the {@code node} step does not queue it again.
     */
    private synchronized boolean isStranded() {
        boolean waits = online && !released && user.isQueued();
        stranded = waits && requests.isUnused(name()) ? stranded + 1 : 0;
        return stranded == STRANDED;
    }

    /** Called when a connection was lost. */
    synchronized void offline(Computer computer) {
        if (computer != launching && requests.isOf(computer, name())) { // otherwise the end of the launch counts
            disconnected(place);
        }
    }

    /** Connects the agent of a job again, or gives it up. */
    private void disconnected(BuildJob known) {
        if (known == null || !isAt(known)) {
            return;
        }
        Instant now = service.clock().instant();
        offlineSince = offlineSince == null ? now : offlineSince;
        launches++;
        if (!online && launches >= LAUNCHES) {
            service.workers().execute(() -> leave(known, failure));
        } else if (online && offlineSince.plus(RECONNECT_LIMIT).isBefore(now)) {
            service.workers().execute(() -> lose("it cannot be connected again: " + failure));
        } else {
            service.later(RECONNECT_PAUSE, () -> requests.connect(name()));
        }
    }

    /** Moves to another host, since the agent of a job does not start. */
    private void leave(BuildJob known, String why) {
        if (known == null) {
            return;
        }
        HostName host = known.host().name();
        String message = "The agent on " + host + " did not come online: " + why;
        synchronized (this) {
            if (!isAt(known)) {
                return;
            }
            moving = true;
        }
        boolean last = exclude(host, message);
        job.say(message + (last ? "; giving up after " + MAX_HOSTS + " attempts" : "; trying another host"));
        requests.removeNode(name());
        if (!job.stop(new AbortException(message))) {
            failed(new AbortException(message));
        }
    }

    /** Called when the node is deleted, by this request or by a user. */
    synchronized void deleted() {
        if (!released && !moving) {
            service.workers().execute(() -> lose("its node was deleted"));
        }
    }

    /** Removes the node, which ends its block, since the agent does not come back. */
    private void lose(String why) {
        BuildJob known = place;
        String message =
                "The agent" + (known == null ? "" : " on " + known.host().name()) + " is lost: " + why;
        job.say(message);
        if (user.isQueued()) {
            user.failed(
                    new AbortException(message), false); // first, as otherwise the cancelled queue item aborts the step
        }
        requests.terminate(name());
    }

    @Override
    public void abort(String by) {
        job.say("Abort requested by " + by);
        CauseOfInterruption cause = new CauseOfInterruption.UserInterruption(by);
        if (!requests.interrupt(name(), cause)) {
            job.stop(new FlowInterruptedException(Result.ABORTED, true, cause));
        }
    }

    @Override
    public void ended(JobState state, byte[] stdout) {
        boolean wasOnline;
        synchronized (this) {
            wasOnline = online;
        }
        String why = "its job ended (" + state + ")";
        if (place == null) { // it never ran: it ended in the queue of a cluster, or at once
            place = job.known();
        }
        if (isReleased()) {
            finish();
        } else if (wasOnline) {
            lose(why);
        } else {
            leave(place, why);
        }
    }

    @Override
    public void failed(Throwable cause) {
        if (cause instanceof FlowInterruptedException || !moveOn()) {
            user.failed(cause, isReleased());
            finish();
        }
    }

    /** @return whether the request now waits for another host */
    private boolean moveOn() {
        synchronized (creation) { // so that the node on the last host is created and removed before
            synchronized (this) {
                if (released || !moving || failures >= MAX_HOSTS) {
                    return false;
                }
                moving = false;
                online = false;
                launches = 0;
                offlineSince = null;
                place = null;
                installation = null;
                attempt++;
                runJob();
                return true;
            }
        }
    }

    /** Returns whether the node was online and has lost its connection. */
    synchronized boolean isLost() {
        return online && offlineSince != null;
    }

    synchronized boolean isReleased() {
        return released;
    }

    /** Ends the job, since its block is over or no longer waits. Calling this again changes nothing. */
    void release() {
        if (withdraw()) {
            end();
        }
    }

    /**
     * Takes the request back: its node gets no build any more. Called under the lock of the queue, so that none starts
     * meanwhile.
     *
     * @return whether it was not released before, so that {@link #end} must follow
     */
    synchronized boolean withdraw() {
        boolean first = !released;
        released = true;
        return first;
    }

    /** Ends the job of a request that was withdrawn. */
    void end() {
        if (!job.stop(new AbortException("The node was removed before its block began"))) {
            finish();
        }
    }

    private void finish() {
        withdraw();
        requests.removeNode(name());
        synchronized (this) {
            if (finished) {
                return;
            }
            finished = true;
        }
        if (!requester().isBuilding()) { // otherwise the end of the build does this
            service.jobs().of(requester(), step()).filter(BuildJob::ended).ifPresent(service.jobActions()::forget);
        }
        if (user.step().cleansWorkspace() && directory != null && place != null) {
            service.workers().execute(this::clean);
        } else {
            requests.remove(this);
        }
    }

    private void clean() {
        try {
            AgentInstallation.delete(place.host(), job.access(), directory + "/workspace");
        } catch (LoadshareException e) {
            LOGGER.log(Level.WARNING, "The workspace of {0} was not deleted: {1}", new Object[] {
                requester().build(), e.getMessage()
            });
        } finally {
            requests.remove(this); // only now may another node use the directory
        }
    }
}
