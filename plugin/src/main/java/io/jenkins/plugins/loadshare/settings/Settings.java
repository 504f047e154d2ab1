package io.jenkins.plugins.loadshare.settings;

import hudson.model.Item;
import hudson.model.Label;
import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.Suggestions;
import io.loadshare.config.Configuration;
import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import io.loadshare.host.Pool;
import io.loadshare.transport.HostKeys;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every setting, checked; what was saved together is read together. Immutable.
 *
 * @param core all that is not of Jenkins
 * @param poolUsers by the pool's name
 * @param credentialsId by which hosts are logged in to, unless a job says otherwise
 * @param hostKeys which host keys are trusted
 * @param balancer how builds are spread over nodes
 */
public record Settings(
        Configuration core,
        Map<String, PoolUsers> poolUsers,
        Optional<String> credentialsId,
        HostKeys hostKeys,
        Balancer balancer) {

    /**
     * How builds are spread over nodes.
     *
     * @param enabled whether nodes are ranked by load at all
     * @param nodes the nodes that are ranked; empty for all
     */
    public record Balancer(boolean enabled, Optional<Label> nodes) {}

    public Settings {
        poolUsers = Map.copyOf(poolUsers);
    }

    /**
     * The settings that hold now. Any thread may call; it takes no lock.
     *
     * @throws LoadshareException of kind CONFIGURATION if the stored configuration is wrong
     */
    public static Settings current() {
        return LoadshareConfiguration.get().current();
    }

    /** Whether a job, or the jobs of a folder, may use a pool. */
    public boolean mayUse(String pool, Item item) {
        return poolUsers.getOrDefault(pool, PoolUsers.EVERYONE).include(item);
    }

    /** Whether a job may use a host: one in no pool, or in some pool that it may use. */
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
