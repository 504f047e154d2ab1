package io.loadshare.transport.jsch;

import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.Identity;
import com.jcraft.jsch.SSHAgentConnector;
import com.jcraft.jsch.USocketFactory;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * A client of an ssh-agent, for one connection. If the agent does not answer, for example a forwarded one, the request
 * ends at the deadline.
 */
final class SshAgent implements USocketFactory {

    private final Path socket;
    private final DeadlineGuard guard;
    private String trouble = "";

    SshAgent(Path socket, DeadlineGuard guard) {
        this.socket = socket;
        this.guard = guard;
    }

    /** Returns the keys of the agent; none if the agent cannot be asked. */
    List<Identity> identities() {
        return new AgentIdentityRepository(new SSHAgentConnector(this, socket)).getIdentities();
    }

    /** Returns why the agent could not be asked; empty if it could. */
    String trouble() {
        return trouble;
    }

    @Override
    public SocketChannel connect(Path path) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        guard.atDeadline(() -> close(channel));
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
            return channel;
        } catch (IOException | IllegalArgumentException e) {
            trouble = "the agent at " + path + " cannot be asked: " + e.getMessage();
            close(channel);
            throw new IOException(trouble, e);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The socket is gone in either case.
        }
    }

    @Override
    public ServerSocketChannel bind(Path path) {
        throw new UnsupportedOperationException("an agent is only asked here");
    }
}
