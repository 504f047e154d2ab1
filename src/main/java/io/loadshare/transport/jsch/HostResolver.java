package io.loadshare.transport.jsch;

import io.loadshare.transport.Deadline;
import io.loadshare.transport.openssh.HostSettings.Family;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A resolver that looks up names within a deadline. The system's resolver cannot be interrupted: if it hangs longer
 * than the deadline, its thread, a daemon, ends when the resolver gives up.
 */
final class HostResolver {

    private HostResolver() {}

    /** Returns all addresses of a name, in the system's order. */
    static List<InetAddress> resolve(String host, Family family, Deadline deadline)
            throws UnknownHostException, TimeoutException, InterruptedException {
        InetAddress[] all = isLiteral(host) ? InetAddress.getAllByName(host) : lookUp(host, deadline);
        List<InetAddress> addresses = Stream.of(all)
                .filter(address -> family == Family.ANY
                        || (family == Family.INET ? Inet4Address.class : Inet6Address.class).isInstance(address))
                .toList();
        if (addresses.isEmpty()) {
            throw new UnknownHostException("no address of the kind AddressFamily allows (" + family + ")");
        }
        return addresses;
    }

    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    }

    private static InetAddress[] lookUp(String host, Deadline deadline)
            throws UnknownHostException, TimeoutException, InterruptedException {
        CompletableFuture<InetAddress[]> answer = new CompletableFuture<>();
        DeadlineGuard.inBackground("loadshare-resolve " + host, () -> {
            try {
                answer.complete(InetAddress.getAllByName(host));
            } catch (UnknownHostException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            UnknownHostException unknown = new UnknownHostException(e.getCause().getMessage());
            unknown.initCause(e.getCause());
            throw unknown;
        }
    }
}
