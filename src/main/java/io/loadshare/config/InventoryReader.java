package io.loadshare.config;

import io.loadshare.Quoted;
import io.loadshare.Suggestions;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import io.loadshare.host.Pool;
import io.loadshare.host.SlurmCluster;
import io.loadshare.host.Tag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads {@code hosts} and {@code pools}. */
final class InventoryReader {

    /** Enough for all hosts of a site in ten pools each. More is a typing error and would exhaust the memory. */
    private static final int MOST_NAMES = 10 * HostSet.MAX_HOSTS;

    private final String hostName;
    private final ConfigSection root;
    private final ConfigurationProblems findings;
    private final Map<HostName, Host> hosts = new LinkedHashMap<>();
    /** Where each host is listed, including hosts whose entry has other problems. */
    private final Map<HostName, YamlValue> hostNames = new LinkedHashMap<>();

    private final List<Pool> pools = new ArrayList<>();
    private final NameRegistry poolNames;
    private boolean allHostsKnown = true;
    private int namesLeft = MOST_NAMES;

    /** @param hostName this machine, which is the only host if no file lists hosts */
    InventoryReader(String hostName, ConfigSection root, ConfigurationProblems findings) {
        this.hostName = hostName;
        this.root = root;
        this.findings = findings;
        this.poolNames = new NameRegistry("pool", findings);
    }

    HostInventory read() {
        Optional<List<ConfigSection>> entries = root.entries("hosts");
        if (entries.isEmpty()) {
            Host local = Host.local(HostName.isWord(hostName) ? hostName : "localhost");
            hosts.put(local.name(), local);
            hostNames.put(local.name(), null);
        } else if (entries.get().isEmpty()) {
            findings.problem(root.written("hosts").get().position(), "hosts must list at least one host");
        } else {
            entries.get().forEach(this::host);
        }
        root.entries("pools").ifPresent(list -> list.forEach(this::pool));
        return new HostInventory(hosts.values(), pools);
    }

    /** Returns whether no file lists hosts or pools, so that every pool name means this machine. */
    boolean anyPool() {
        return root.written("hosts").isEmpty() && root.written("pools").isEmpty();
    }

    /** Returns the listed pools, including pools whose entry has other problems. */
    NameRegistry pools() {
        return poolNames;
    }

    private List<HostName> hostSet(YamlValue written) {
        if (namesLeft <= 0) {
            throw new IllegalArgumentException("node sets expand to more than " + MOST_NAMES + " hosts in all");
        }
        List<HostName> names = ValueReaders.HOSTS.read(written);
        namesLeft -= names.size();
        return names;
    }

    private void host(ConfigSection entry) {
        List<HostName> names = entry.required("name", this::hostSet);
        Optional<String> address = entry.optional("address", ValueReaders.ARGUMENT);
        Optional<Integer> port = entry.optional("port", ValueReaders.WHOLE_NUMBER);
        Optional<String> user = entry.optional("user", ValueReaders.ARGUMENT);
        Set<Tag> tags = Set.copyOf(entry.list("tags", List.of(), ValueReaders.TAG));
        double speed = entry.value("speed", 1.0, ValueReaders.NUMBER);
        boolean local = entry.value("local", false, ValueReaders.YES_OR_NO);
        if (names == null) {
            allHostsKnown = false;
            entry.close();
            return;
        }
        if (names.size() > 1) {
            refuseForSeveral(entry, "address", names.size());
            refuseForSeveral(entry, "local", names.size());
        }
        YamlValue where = entry.written("name").get();
        List<HostName> fresh = withoutListed(names, where);
        fresh.forEach(name -> hostNames.put(name, where));
        entry.buildEntry(() -> fresh.stream()
                        .map(name -> new Host(
                                name,
                                address.orElse(name.value()),
                                port.map(OptionalInt::of).orElse(OptionalInt.empty()),
                                user,
                                tags,
                                speed,
                                local,
                                Optional.empty()))
                        .toList())
                .ifPresent(list -> list.forEach(host -> hosts.put(host.name(), host)));
    }

    private void refuseForSeveral(ConfigSection entry, String key, int count) {
        entry.written(key)
                .ifPresent(written -> findings.problem(
                        written.keyPosition(),
                        key + " requires an entry with one host, but this one expands to " + count));
    }

    private List<HostName> withoutListed(List<HostName> names, YamlValue where) {
        List<HostName> listed = names.stream().filter(hostNames::containsKey).toList();
        if (!listed.isEmpty()) {
            findings.problem(
                    where.position(),
                    hosts(listed) + (listed.size() == 1 ? " is" : " are") + " listed twice, first in line "
                            + hostNames.get(listed.get(0)).position().line());
        }
        if (hostNames.size() + names.size() > HostSet.MAX_HOSTS) {
            findings.problem(where.position(), "hosts must be at most " + HostSet.MAX_HOSTS);
            return List.of();
        }
        return names.stream().filter(name -> !hostNames.containsKey(name)).toList();
    }

    private void pool(ConfigSection entry) {
        String name = entry.required("name", ValueReaders.NAME);
        Optional<YamlValue> slurm = entry.written("slurm");
        if (slurm.isPresent()) {
            slurmPool(entry, name, entry.mapping("slurm", slurm.get()));
            return;
        }
        List<HostName> members = entry.required("hosts", this::hostSet);
        boolean first = poolNames.add(name, entry.written("name"));
        if (name != null
                && members != null
                && areKnown(members, name, entry.written("hosts").get())
                && first) {
            entry.buildEntry(() -> new Pool(name, members))
                    .filter(pool -> hosts.keySet().containsAll(pool.hosts()))
                    .ifPresent(pools::add);
        } else {
            entry.close();
        }
    }

    /** Reads a pool whose jobs a Slurm cluster runs. It has one host of its own name, which stands for the cluster. */
    private void slurmPool(ConfigSection entry, String name, ConfigSection slurm) {
        HostName login = slurm.required("login", written -> new HostName(ValueReaders.NAME.read(written)));
        Optional<String> partition = slurm.optional("partition", ValueReaders.ARGUMENT);
        Optional<String> account = slurm.optional("account", ValueReaders.ARGUMENT);
        List<String> options = slurm.list(
                "options", List.of(), written -> SlurmCluster.requireOption(ValueReaders.TEXT.read(written)));
        Duration overflow = entry.value("overflow", SlurmCluster.DEFAULT_OVERFLOW, ValueReaders.DURATION);
        boolean first = poolNames.add(name, entry.written("name"));
        boolean free = name != null && isFree(name, entry.written("name").get());
        boolean known = login != null
                && areKnown(List.of(login), name, slurm.written("login").get());
        Optional<SlurmCluster> cluster =
                slurm.buildEntry(() -> new SlurmCluster(login, partition, account, options, overflow));
        entry.close();
        if (first && free && known && cluster.isPresent() && hosts.containsKey(login)) {
            HostName own = new HostName(name);
            hosts.put(own, hosts.get(login).asLoginTo(own, cluster.get()));
            pools.add(new Pool(name, List.of(own)));
        }
    }

    private boolean isFree(String name, YamlValue where) {
        boolean taken = hostNames.containsKey(new HostName(name));
        if (taken) {
            findings.problem(where.position(), "a Slurm pool must not have the name of a host, was '" + name + "'");
        }
        return !taken;
    }

    private boolean areKnown(List<HostName> members, String pool, YamlValue where) {
        List<HostName> unknown =
                members.stream().filter(name -> !hostNames.containsKey(name)).toList();
        if (!unknown.isEmpty() && allHostsKnown) {
            List<String> known = unknown.size() > 1
                    ? List.of()
                    : hostNames.keySet().stream().map(HostName::value).toList();
            findings.problem(
                    where.position(),
                    "unknown " + hosts(unknown) + " in pool '" + pool + "'"
                            + Suggestions.didYouMean(unknown.get(0).value(), known)
                            + NameRegistry.listedIn(root.written("hosts"), "hosts", where));
        }
        return unknown.isEmpty();
    }

    private static String hosts(List<HostName> names) {
        return (names.size() == 1 ? "host " : "hosts ") + Quoted.of(HostSet.fold(names));
    }
}
