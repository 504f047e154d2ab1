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

/** An ssh-agent, asked for one connection. One that does not answer, such as a forwarded one, ends with the deadline. */
final class SshAgent implements USocketFactory {

    private final Path socket;
    private final DeadlineGuard guard;
    private String trouble = "";

    SshAgent(Path socket, DeadlineGuard guard) {
        this.socket = socket;
        this.guard = guard;
    }

    /** The keys it holds; none if it cannot be asked. */
    List<Identity> identities() {
        return new AgentIdentityRepository(new SSHAgentConnector(this, socket)).getIdentities();
    }

    /** Why it could not be asked; empty if it could. */
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
            // It is gone either way.
        }
    }

    @Override
    public ServerSocketChannel bind(Path path) {
        throw new UnsupportedOperationException("an agent is only asked here");
    }
}
