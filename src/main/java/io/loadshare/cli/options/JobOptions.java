package io.loadshare.cli.options;

import io.loadshare.cli.services.CommandServices;
import io.loadshare.cli.services.JobSearch;
import io.loadshare.config.JobRequirements;
import io.loadshare.dispatch.QueuedRequest;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobRecord;
import io.loadshare.job.JobState;
import io.loadshare.job.JobUsage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** The options that select jobs: the user's own, or as root another user's or everyone's. */
public final class JobOptions {

    @Option(names = "--hosts", paramLabel = "NODESET", description = "Ask only these hosts.")
    private String hosts;

    @Option(names = "--user", paramLabel = "LOGIN", description = "Log in to the hosts under this name.")
    private String user;

    @Option(names = "--owner", paramLabel = "LOGIN", description = "Show the jobs of this user, as root on the hosts.")
    private String owner;

    /** Returns the search for the jobs that these options select. */
    public JobSearch search(CommandServices services) {
        if (user != null) {
            services.useLogin(user);
        }
        return services.jobSearch(owner == null ? new JobEngine.Self() : new JobEngine.User(owner));
    }

    /** Returns the waiting requests of the user whose jobs these options select. */
    public List<QueuedRequest> ofOwner(List<QueuedRequest> requests, CommandServices services) {
        String selected = owner == null ? services.userName() : owner;
        return requests.stream()
                .filter(request -> request.ticket().owner().equals(selected))
                .toList();
    }

    public List<Host> hosts(HostInventory inventory) {
        return hosts == null
                ? inventory.hosts()
                : JobRequirements.requireKnown(inventory, hosts).stream()
                        .map(name -> inventory.find(name).orElseThrow())
                        .toList();
    }

    /** Returns the JSON of a waiting job: the keys of the others, and those of the queue. */
    public static Map<String, Object> toTree(QueuedRequest request) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", request.id());
        tree.put("host", null);
        tree.put("user", request.ticket().user());
        tree.put("slots", request.ticket().needs().slots());
        tree.put("command", null);
        tree.put("submitted", request.ticket().openedAt().toString());
        tree.put("started", null);
        tree.put("ended", null);
        tree.put("state", "WAITING");
        tree.put("status", null);
        tree.put("reason", request.reason());
        tree.put("cpuTime", null);
        tree.put("peakMemory", null);
        request.toTree().forEach(tree::putIfAbsent);
        return tree;
    }

    public static Map<String, Object> toTree(JobRecord job) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", job.job().id());
        tree.put("host", job.job().host().value());
        tree.put("user", job.owner());
        tree.put("slots", job.slots());
        tree.put("command", job.command());
        tree.put("submitted", job.submitted().toString());
        tree.put("started", job.started().map(Object::toString).orElse(null));
        tree.put("ended", job.ended().map(Object::toString).orElse(null));
        tree.put("state", stateWord(job.state()));
        tree.put(
                "status",
                job.state().exitStatus().isPresent() ? job.state().exitStatus().getAsInt() : null);
        tree.put("reason", job.reason().orElse(null));
        tree.put(
                "cpuTime",
                job.usage().map(usage -> usage.cpuTime().toMillis() / 1000.0).orElse(null));
        tree.put(
                "peakMemory",
                job.usage()
                        .map(JobUsage::peakMemory)
                        .filter(OptionalLong::isPresent)
                        .map(OptionalLong::getAsLong)
                        .orElse(null));
        return tree;
    }

    private static String stateWord(JobState state) {
        String text = state.toString();
        return text.substring(0, text.indexOf(' ') < 0 ? text.length() : text.indexOf(' '));
    }
}
