package io.loadshare.agent.server;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The allowed clients: addresses, networks, and host names. {@link #refresh} resolves names and may be slow; {@link
 * #admits} uses the resolved addresses and never waits. A name that cannot be resolved keeps its last addresses.
 */
final class ClientList {

    /** Resolves a name: {@link InetAddress#getAllByName} outside tests. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String name) throws UnknownHostException;
    }

    private final Set<InetAddress> addresses = new HashSet<>();
    private final List<IpSubnetFilterRule> networks = new ArrayList<>();
    private final List<Name> names = new ArrayList<>();
    private final Resolver resolver;
    private final Consumer<String> log;

    private static final class Name {
        private final String name;
        private volatile Set<InetAddress> addresses = Set.of();
        private boolean failed;

        Name(String name) {
            this.name = name;
        }
    }

    /**
     * @param clients IP addresses, networks ({@code 10.1.0.0/16}) and host names
     * @throws LoadshareException of kind CONFIGURATION if a network is malformed
     */
    ClientList(List<String> clients, Resolver resolver, Consumer<String> log) {
        this.resolver = resolver;
        this.log = log;
        clients.forEach(this::add);
    }

    private void add(String client) {
        int slash = client.indexOf('/');
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? client : client.substring(0, slash));
        if (slash >= 0) {
            networks.add(network(client, bytes, client.substring(slash + 1)));
        } else if (bytes != null) {
            addresses.add(address(bytes));
        } else {
            names.add(new Name(client));
        }
    }

    private static IpSubnetFilterRule network(String client, byte[] bytes, String prefix) {
        if (bytes == null || !prefix.matches("[0-9]{1,3}") || Integer.parseInt(prefix) > bytes.length * Byte.SIZE) {
            throw new LoadshareException(
                    LoadshareException.Kind.CONFIGURATION,
                    "agent.clients: " + Quoted.of(client)
                            + " must be an address, a network such as 10.1.0.0/16 or 2001:db8::/32, or a host name");
        }
        return new IpSubnetFilterRule(address(bytes), Integer.parseInt(prefix), IpFilterRuleType.ACCEPT);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }

    /** Returns whether only this machine is allowed. */
    boolean isLoopbackAlone() {
        return networks.isEmpty()
                && names.stream().allMatch(name -> name.name.equals("localhost"))
                && addresses.stream().allMatch(InetAddress::isLoopbackAddress);
    }

    /** Resolves all names again. */
    void refresh() {
        for (Name name : names) {
            try {
                name.addresses = Set.copyOf(List.of(resolver.resolve(name.name)));
                name.failed = false;
            } catch (UnknownHostException e) {
                if (!name.failed) {
                    log.accept("agent.clients: " + Quoted.of(name.name) + " cannot be resolved"
                            + (name.addresses.isEmpty()
                                    ? " and is not allowed"
                                    : " any more; still allowing its old address"));
                }
                name.failed = true;
            }
        }
    }

    boolean admits(InetAddress client) {
        if (addresses.contains(client)) {
            return true;
        }
        for (Name name : names) {
            if (name.addresses.contains(client)) {
                return true;
            }
        }
        for (IpSubnetFilterRule network : networks) {
            if (network.matches(new InetSocketAddress(client, 0))) {
                return true;
            }
        }
        return false;
    }
}
