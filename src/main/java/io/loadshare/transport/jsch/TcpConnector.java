package io.loadshare.transport.jsch;

import io.loadshare.transport.Deadline;
import io.loadshare.transport.TransportException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** The component that connects to a server by TCP. */
final class TcpConnector {

    private TcpConnector() {}

    /**
     * Tries the server's addresses in turn, each for its share of the time left until the deadline.
     *
     * @throws TooManyStartupsException if the server accepted the connection and closed it at once
     */
    static Link connect(LoginTarget target, Deadline deadline, DeadlineGuard guard) throws TooManyStartupsException {
        List<InetAddress> addresses = addresses(target, deadline);
        IOException trouble = null;
        for (int i = 0; i < addresses.size(); i++) {
            try {
                int millis = Math.max(1, deadline.remainingMillis() / (addresses.size() - i));
                return connect(target, addresses.get(i), millis, guard);
            } catch (IOException e) {
                trouble = e;
            }
        }
        String tried = addresses.size() == 1
                ? addresses.get(0).getHostAddress()
                : addresses.stream().map(InetAddress::getHostAddress).toList().toString();
        if (trouble instanceof SocketTimeoutException || guard.hasStruck()) {
            throw target.timedOut("answer at " + tried + " (TCP)", deadline);
        }
        if (String.valueOf(trouble.getMessage()).startsWith("Connection reset")) {
            throw new TooManyStartupsException("");
        }
        throw target.failure(
                Reason.NO_CONNECTION,
                "cannot be reached at " + tried + ": " + trouble.getMessage()
                        + ". Check that it is up, that sshd listens on that port, and that no firewall is in between",
                trouble);
    }

    private static List<InetAddress> addresses(LoginTarget target, Deadline deadline) {
        String host = target.address().host();
        try {
            return HostResolver.resolve(host, target.settings().family(), deadline);
        } catch (UnknownHostException e) {
            throw target.failure(
                    Reason.UNRESOLVED,
                    "has no address: '" + host + "' is not known (" + e.getMessage()
                            + "). Is it spelled right? Otherwise give its address in the configuration",
                    e);
        } catch (TimeoutException e) {
            throw target.timedOut("get an address from the name service", deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw target.failure(Reason.LOST, "was given up: interrupted while its name was looked up", e);
        }
    }

    private static Link connect(LoginTarget target, InetAddress address, int millis, DeadlineGuard guard)
            throws IOException {
        Socket socket = new Socket();
        guard.atDeadline(() -> SocketLink.closeQuietly(socket));
        try {
            if (target.settings().bindAddress().isPresent()) {
                socket.bind(
                        new InetSocketAddress(target.settings().bindAddress().get(), 0));
            }
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.connect(new InetSocketAddress(address, target.address().port()), millis);
            return new SocketLink(socket);
        } catch (IOException e) {
            SocketLink.closeQuietly(socket);
            throw e;
        }
    }
}
