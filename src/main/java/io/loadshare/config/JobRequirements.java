package io.loadshare.config;

import io.loadshare.LoadshareException;
import io.loadshare.Suggestions;
import io.loadshare.UnknownNameException;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import io.loadshare.host.PoolOrder;
import io.loadshare.host.Tag;
import io.loadshare.license.RequiredLicense;
import io.loadshare.placement.ClusterTerms;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.software.Software;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The requirements of a job, by the names that people use. {@link #resolve} looks up the names.
 *
 * @param where the candidate hosts
 * @param licenses the licenses in addition to those of its software
 * @param minMemory bytes; 0 for any
 * @param minCores 0 for any
 * @param slots the cores to reserve; empty for the number of the software, or 1
 */
public record JobRequirements(
        Where where,
        List<String> licenses,
        Set<Tag> tags,
        long minMemory,
        double minCores,
        OptionalDouble maxLoad,
        OptionalInt slots) {

    /**
     * The candidate hosts. The most specific selection applies: hosts, then the pool, then the pool of the software.
     */
    public record Where(Optional<String> pool, Optional<String> software, Optional<String> hosts) {

        /** Returns the names of the pools, named directly or by the software, in the order in which they are used. */
        public List<String> pools(Configuration configuration) {
            return pool.or(() -> software.map(configuration::software).map(Software::pool)).stream()
                    .flatMap(pools -> Stream.of(pools.split(",", -1)))
                    .map(String::strip)
                    .toList();
        }
    }

    /**
     * Returns the request with all names looked up in the configuration.
     *
     * @param login the login name on the hosts
     * @throws LoadshareException of kind {@code USAGE} if a name is unknown
     */
    public PlacementRequest resolve(Configuration configuration, String login, long seed) {
        return new PlacementRequest(
                words(),
                candidates(configuration),
                login,
                slots(configuration),
                tags,
                minMemory,
                minCores,
                maxLoad,
                requiredLicenses(configuration),
                Optional.empty(),
                seed,
                ClusterTerms.DEFAULT.withOrder(PoolOrder.of(pools(configuration), Optional.empty())));
    }

    /** Returns the slots to reserve: those requested, or those of the software, or 1. */
    public int slots(Configuration configuration) {
        OptionalInt ofSoftware = where.software()
                .map(configuration::software)
                .map(Software::slots)
                .orElse(OptionalInt.empty());
        return slots.orElse(ofSoftware.orElse(1));
    }

    /** Returns the login name that the configuration sets for all candidate hosts, if it is the same for all. */
    public Optional<String> commonLogin(Configuration configuration) {
        return configuration.inventory().commonLogin(candidates(configuration));
    }

    /** Returns the first host it may run on if it needs a license, whose seats belong to the login there. */
    public Optional<Host> firstLicensedHost(Configuration configuration) {
        boolean licensed = !requiredLicenses(configuration).isEmpty();
        int[] candidates = candidates(configuration);
        return licensed && candidates.length > 0
                ? Optional.of(configuration.inventory().at(candidates[0]))
                : Optional.empty();
    }

    private List<RequiredLicense> requiredLicenses(Configuration configuration) {
        Set<String> names = new LinkedHashSet<>(licenses);
        where.software()
                .ifPresent(name -> names.addAll(configuration.software(name).licenses()));
        List<RequiredLicense> required = new ArrayList<>(names.size());
        for (String name : names) {
            required.add(RequiredLicense.of(configuration.license(name)));
        }
        return required;
    }

    private int[] candidates(Configuration configuration) {
        HostInventory inventory = configuration.inventory();
        if (where.hosts().isPresent()) {
            return inventory.positions(requireKnown(inventory, where.hosts().get()));
        }
        List<List<HostName>> pools = pools(configuration);
        return pools.isEmpty()
                ? inventory.machinePositions()
                : inventory.positions(
                        pools.stream().flatMap(List::stream).distinct().toList());
    }

    /** Returns the hosts of each pool, in the order in which the pools are used; empty if no pool is named. */
    private List<List<HostName>> pools(Configuration configuration) {
        return where.hosts().isPresent()
                ? List.of()
                : where.pools(configuration).stream()
                        .map(pool -> configuration.pool(pool).hosts())
                        .toList();
    }

    /**
     * Returns the hosts of a node set, all of which must be in the inventory.
     *
     * @throws LoadshareException of kind {@code USAGE} otherwise
     */
    public static List<HostName> requireKnown(HostInventory inventory, String nodeSet) {
        List<HostName> names;
        try {
            names = HostSet.parse(nodeSet);
        } catch (IllegalArgumentException e) {
            throw new LoadshareException(LoadshareException.Kind.USAGE, e.getMessage());
        }
        for (HostName name : names) {
            if (inventory.position(name) < 0) {
                List<String> known = inventory.hosts().stream()
                        .map(host -> host.name().value())
                        .toList();
                throw new UnknownNameException(
                        "host",
                        known,
                        some -> "no host '" + name + "' in the configuration"
                                + Suggestions.didYouMean(name.value(), some));
            }
        }
        return names;
    }

    private String words() {
        List<String> words = new ArrayList<>();
        words.add(where.pool()
                .map(pool -> "pool " + pool)
                .or(() -> where.software().map(software -> "software " + software))
                .or(() -> where.hosts().map(hosts -> "hosts " + hosts))
                .orElse("a job on any host"));
        if (!licenses.isEmpty()) {
            words.add((licenses.size() == 1 ? "license " : "licenses ") + String.join(" ", licenses));
        }
        if (!tags.isEmpty()) {
            words.add("tags "
                    + String.join(" ", tags.stream().map(Tag::value).sorted().toList()));
        }
        if (slots.orElse(1) != 1) {
            words.add(slots.getAsInt() + " slots");
        }
        return String.join(", ", words);
    }
}
