package io.jenkins.plugins.loadshare.settings;

import hudson.model.Item;
import hudson.model.Label;
import io.jenkins.plugins.loadshare.security.HostKeyStrategy;
import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.Suggestions;
import io.loadshare.UnknownNameException;
import io.loadshare.config.Configuration;
import io.loadshare.config.JobRequirements;
import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import io.loadshare.host.Pool;
import io.loadshare.ledger.JobOrigin;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.transport.HostKeys;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All settings, validated; settings saved together are read together. Immutable.
 *
 * @param core the settings of the core
 * @param poolUsers by the pool's name
 * @param credentialsId the credentials for logging in to hosts, unless a job names others
 * @param hostKeys the trusted host keys; empty: those in the files that the SSH configuration names
 * @param keyStrategy decides which host keys are trusted, and where a person can add one
 * @param balancer how builds are distributed over nodes
 * @param agents how Jenkins agents run on hosts
 * @param collect the most that one step may collect
 */
public record Settings(
        Configuration core,
        Map<String, PoolUsers> poolUsers,
        Optional<String> credentialsId,
        Optional<HostKeys> hostKeys,
        HostKeyStrategy keyStrategy,
        Balancer balancer,
        Agents agents,
        CollectLimits collect) {

    /**
     * How builds are distributed over nodes.
     *
     * @param enabled whether nodes are ranked by load
     * @param nodes the ranked nodes; empty for all
     */
    public record Balancer(boolean enabled, Optional<Label> nodes) {}

    /**
     * How Jenkins agents run on hosts.
     *
     * @param directory the directory of agents on each host; below the home directory if it begins with {@code ~/}
     * @param java the Java that runs them; empty to look for one
     */
    public record Agents(String directory, Optional<String> java) {

        public static final Agents DEFAULT = new Agents("~/.loadshare/agents", Optional.empty());

        public Agents {
            requirePath("directory", directory);
            java.ifPresent(path -> requirePath("java", path));
        }

        private static void requirePath(String key, String path) {
            if (!path.startsWith("/") && !path.startsWith("~/") || path.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException(
                        key + " must begin with / or ~/ and be on one line, was " + Quoted.of(path));
            }
        }
    }

    public Settings {
        poolUsers = Map.copyOf(poolUsers);
    }

    /**
     * Returns the current settings. Any thread may call, without a lock.
     *
     * @throws LoadshareException of kind CONFIGURATION if the stored configuration is wrong
     */
    public static Settings current() {
        return LoadshareConfiguration.get().current();
    }

    /**
     * Returns the request for a job's requirements, restricted to hosts that the job may use.
     *
     * @param item the job, or the folder whose jobs may run it; null for an administrator, who may use all
     * @param login the login name on the hosts
     * @throws LoadshareException of kind USAGE if a name is unknown, of kind REFUSED if the job may not use what it
     *     requests
     */
    public PlacementRequest request(JobRequirements wish, Item item, String login, long seed) {
        PlacementRequest request;
        try {
            for (String pool : wish.where().pools(core)) {
                if (!mayUse(pool, item)) {
                    throw new LoadshareException(
                            LoadshareException.Kind.REFUSED,
                            item.getFullName() + " may not use pool " + Quoted.of(pool)
                                    + ", which is kept for others: ask an administrator of Jenkins to add it to usableBy");
                }
            }
            request = wish.resolve(core, login, seed);
        } catch (UnknownNameException e) {
            throw new ConfiguredNames(this, item).filter(e);
        }
        int[] usable = Arrays.stream(request.candidates())
                .filter(position -> mayUseHost(core.inventory().at(position).name(), item))
                .toArray();
        if (usable.length == 0 && request.candidates().length > 0) {
            throw new LoadshareException(
                    LoadshareException.Kind.REFUSED,
                    item.getFullName() + " may use none of the hosts it asks for (" + request.wants()
                            + "): all their pools are kept for others");
        }
        PlacementRequest restricted = request.withCandidates(usable);
        return item == null ? restricted : restricted.withOrigin(new JobOrigin(item.getFullName(), ""));
    }

    /** Returns whether a job, or the jobs of a folder, may use a pool. */
    public boolean mayUse(String pool, Item item) {
        return poolUsers.getOrDefault(pool, PoolUsers.EVERYONE).include(item);
    }

    /** Returns whether a job may use a host: the host is in no pool, or in a pool that the job may use. */
    public boolean mayUseHost(HostName host, Item item) {
        List<String> pools = core.inventory().pools().stream()
                .filter(pool -> pool.hosts().contains(host))
                .map(Pool::name)
                .toList();
        return pools.isEmpty() || pools.stream().anyMatch(pool -> mayUse(pool, item));
    }

    /**
     * @throws LoadshareException of kind USAGE if one of the hosts is not configured
     */
    void requireHosts(List<HostName> names) {
        List<HostName> unknown = names.stream()
                .filter(name -> core.inventory().position(name) < 0)
                .toList();
        if (!unknown.isEmpty()) {
            List<String> known = core.inventory().hosts().stream()
                    .map(host -> host.name().value())
                    .toList();
            throw new LoadshareException(
                    LoadshareException.Kind.USAGE,
                    "not among the saved hosts: " + Quoted.of(HostSet.fold(unknown))
                            + Suggestions.didYouMean(unknown.get(0).value(), known));
        }
    }
}
