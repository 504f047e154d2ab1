package io.loadshare.transport.jsch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;

/** A login that proves what {@link io.loadshare.transport.ShellGate} asks for, and a command that says what the server is to do. */
final class ScriptedCommand implements Command {

    private static final Pattern PROOF = Pattern.compile("printf \"<%s%s>\" (\\w+) (\\w+)");

    private final String loginLine;
    private InputStream stdin;
    private OutputStream stdout;
    private OutputStream stderr;
    private ExitCallback exit;

    ScriptedCommand(String loginLine) {
        this.loginLine = loginLine;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        DeadlineGuard.inBackground("scripted command", () -> {
            try {
                prove();
                act(new BufferedReader(new InputStreamReader(stdin, UTF_8)).readLine(), channel);
            } catch (IOException e) {
                exit.onExit(255, e.toString());
            }
        });
    }

    private void prove() throws IOException {
        Matcher proof = PROOF.matcher(loginLine);
        if (!proof.find()) {
            throw new IOException("no proof is asked for in: " + loginLine);
        }
        print(stderr, "{" + proof.group(1) + proof.group(2) + "}\n");
        print(stdout, "<" + proof.group(1) + proof.group(2) + ">");
    }

    private static void print(OutputStream stream, String text) throws IOException {
        stream.write(text.getBytes(UTF_8));
        stream.flush();
    }

    private void act(String line, ChannelSession channel) throws IOException {
        switch (line) {
            case "echo" -> {
                print(stdout, "hello\n");
                exit.onExit(0);
            }
            case "close without status" -> {
                print(stdout, "half");
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
        stdin = in;
    }

    @Override
    public void setOutputStream(OutputStream out) {
        stdout = out;
    }

    @Override
    public void setErrorStream(OutputStream err) {
        stderr = err;
    }
}
