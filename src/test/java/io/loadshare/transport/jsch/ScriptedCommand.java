package io.loadshare.transport.jsch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;

/** A command whose line says what the server is to do. */
final class ScriptedCommand implements Command {

    private final String line;
    private OutputStream stdout;
    private ExitCallback exit;

    ScriptedCommand(String line) {
        this.line = line;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) throws IOException {
        switch (line) {
            case "echo" -> {
                stdout.write("hello\n".getBytes(UTF_8));
                stdout.flush();
                exit.onExit(0);
            }
            case "close without status" -> {
                stdout.write("half".getBytes(UTF_8));
                stdout.flush();
                channel.close(false);
            }
            case "disconnect" -> channel.getSession().disconnect(11, "the machine goes down");
            case "hang" -> {
                // It never ends.
            }
            default -> throw new IOException("no such command: " + line);
        }
    }

    @Override
    public void destroy(ChannelSession channel) {
        // It holds nothing.
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        exit = callback;
    }

    @Override
    public void setInputStream(InputStream in) {
        // It takes no input.
    }

    @Override
    public void setOutputStream(OutputStream out) {
        stdout = out;
    }

    @Override
    public void setErrorStream(OutputStream err) {
        // It says nothing there.
    }
}
