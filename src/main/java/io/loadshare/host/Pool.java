package io.loadshare.host;

import java.util.List;

/** A named group of hosts that serve one purpose, in configuration order; never empty. */
public record Pool(String name, List<HostName> hosts) {

    public Pool {
        HostName.requireWord("name of a pool", name);
        hosts = List.copyOf(hosts);
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("pool '" + name + "' must name at least one host");
        }
    }
}
