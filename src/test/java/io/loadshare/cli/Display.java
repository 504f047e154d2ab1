package io.loadshare.cli;

import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A real X server that only the holder of its cookie may use, here or as a VNC desktop on a host. */
final class Display implements AutoCloseable {

    private static final String COOKIE = "0123456789abcdef0123456789abcdef";

    private final Process server;
    private final String name;
    private final Path authority;
    private final Function<String[], ProcessBuilder> beside;

    /** @param beside runs a command on the machine of the server */
    private Display(Process server, String name, Path authority, Function<String[], ProcessBuilder> beside) {
        this.server = server;
        this.name = name;
        this.authority = authority;
        this.beside = beside;
    }

    /** An Xvfb on this machine. */
    static Display here(Path directory, int number) throws Exception {
        String name = ":" + number;
        Path authority = directory.resolve("Xauthority");
        String[] cookie = {"xauth", "-q", "-f", authority.toString(), "add", name, ".", COOKIE};
        output(new ProcessBuilder(cookie).redirectErrorStream(true));
        Process server = new ProcessBuilder(
                        "Xvfb", name, "-auth", authority.toString(), "-screen", "0", "800x600x24", "-nolisten", "tcp")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("Xvfb.log").toFile())
                .start();
        return new Display(server, name, authority, ProcessBuilder::new).awaitStart();
    }

    /** A VNC desktop of the user on a host, which other hosts' programs cannot reach but through ssh. */
    static Display desktop(Cluster cluster, String host, String user, int number) throws Exception {
        String script = "cd && xauth -q -f .Xauthority add :%1$d . " + COOKIE
                + " && exec Xvnc :%1$d -auth .Xauthority -geometry 800x600 -SecurityTypes None -rfbport -1"
                + " -rfbunixpath /tmp/vnc%1$d -nolisten tcp";
        Process server = cluster.process("exec", host, asUser(user, "sh", "-c", script.formatted(number)))
                .redirectErrorStream(true)
                .redirectOutput(Files.createTempFile("Xvnc-", ".log").toFile())
                .start();
        Path authority = Path.of("/home", user, ".Xauthority");
        return new Display(server, ":" + number, authority, words -> cluster.process("exec", host, words)).awaitStart();
    }

    /** A command as a user of the host, in that user's home. */
    static String[] asUser(String user, String... command) {
        List<String> words = new ArrayList<>(List.of("setpriv", "--reuid", user, "--regid", user, "--init-groups"));
        words.addAll(List.of("env", "HOME=/home/" + user, "USER=" + user, "LOGNAME=" + user));
        words.addAll(List.of(command));
        return words.toArray(String[]::new);
    }

    private Display awaitStart() throws Exception {
        Waiting.until("the X server " + name + " answers", () -> {
            if (!server.isAlive()) {
                throw new AssertionError("the X server " + name + " ended with " + server.exitValue());
            }
            return text("xwininfo", "-root").contains("Width");
        });
        return this;
    }

    String name() {
        return name;
    }

    Path authority() {
        return authority;
    }

    /** The titles of windows and what else xwininfo says of them. */
    String windows() throws Exception {
        return text("xwininfo", "-root", "-tree");
    }

    /** How many pixels of the screen have a colour, as 0xRRGGBB. */
    int pixels(int colour) throws Exception {
        ByteBuffer screen = ByteBuffer.wrap(query("xwd", "-silent", "-root"));
        // X11/XWDFile.h: the header's size comes first, the number of colours is its 20th word; 12 bytes each follow.
        screen.position(screen.getInt(0) + 12 * screen.getInt(19 * 4));
        int count = 0;
        while (screen.remaining() >= 4) {
            count += (Integer.reverseBytes(screen.getInt()) & 0xffffff) == colour ? 1 : 0;
        }
        return count;
    }

    private String text(String... words) throws Exception {
        return new String(query(words));
    }

    private byte[] query(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "DISPLAY=" + name, "XAUTHORITY=" + authority));
        command.addAll(List.of(words));
        return output(beside.apply(command.toArray(String[]::new)).redirectErrorStream(true));
    }

    private static byte[] output(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.start();
        byte[] bytes = process.getInputStream().readAllBytes();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(builder.command() + " did not end within 20 s");
        }
        return bytes;
    }

    @Override
    public void close() {
        server.destroy();
    }

    /** A directory that users of all kinds may enter. */
    static Path openDirectory(String prefix) throws IOException {
        Path directory = Files.createTempDirectory(prefix);
        return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
