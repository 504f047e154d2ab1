package io.loadshare.cli.launch;

import io.loadshare.LoadshareException;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.cli.services.DesktopConnection;
import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A viewer on this machine's display, which reaches a desktop through an SSH tunnel. The tunnel ends with the viewer.
 * Its end here is a Unix socket in a directory that only the user can enter, so other users of this machine cannot
 * connect either.
 */
public final class DesktopViewer {

    private static final String BANNER = "RFB ";
    private static final long LOOK_MILLIS = 50;
    private static final Duration HELP_LIMIT = Duration.ofSeconds(5);

    /** A viewer that cannot open the display ends within this time. */
    private static final Duration FAILURE_LIMIT = Duration.ofSeconds(1);

    /** Runs a viewer ($1) on a socket ($2), then ends the tunnel ($3, if any) and removes its directory ($4). */
    private static final String SCRIPT =
            "trap '[ -z \"$3\" ] || kill \"$3\" 2>/dev/null; rm -rf \"$4\"' EXIT; trap : INT; \"$1\" \"$2\"";

    private final DesktopConnection connection;
    private final Path viewer;
    private final Duration timeout;

    private DesktopViewer(DesktopConnection connection, Path viewer, Duration timeout) {
        this.connection = connection;
        this.viewer = viewer;
        this.timeout = timeout;
    }

    /** Returns a viewer if this machine has a display, TigerVNC's viewer and, for another host, OpenSSH's client. */
    public static Optional<DesktopViewer> here(CommandServices wiring, DesktopConnection connection) {
        boolean reachable = connection.host().local()
                || wiring.program("ssh").isPresent()
                        && Path.of(connection.command().get(0)).endsWith("ssh");
        if (wiring.display().name().isEmpty() || !reachable) {
            return Optional.empty();
        }
        return wiring.program("xtigervncviewer")
                .or(() -> wiring.program("vncviewer").filter(DesktopViewer::isTigerVnc))
                .map(program -> new DesktopViewer(
                        connection, program, wiring.configuration().scan().timeout()));
    }

    /** Returns whether a viewer is TigerVNC's, which connects to Unix sockets. */
    private static boolean isTigerVnc(Path program) {
        try {
            Path printed = Files.createTempFile("loadshare-viewer-", "");
            try {
                Process process = new ProcessBuilder(program.toString(), "--help")
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(printed.toFile())
                        .start();
                boolean ended = process.waitFor(HELP_LIMIT.toSeconds(), TimeUnit.SECONDS);
                process.destroyForcibly();
                return ended
                        && Files.readString(printed, StandardCharsets.ISO_8859_1)
                                .contains("TigerVNC");
            } finally {
                Files.delete(printed);
            }
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Opens the viewer.
     *
     * @param wait whether to wait until it is closed
     * @return its exit status, or 0
     * @throws LoadshareException if the desktop does not answer through the tunnel
     */
    public int open(boolean wait) throws InterruptedException {
        try {
            Path directory = Files.createTempDirectory("loadshare-viewer-");
            return connection.host().local()
                    ? await(start(Path.of(connection.desktop().socket()), "", directory, wait), wait)
                    : throughTunnel(directory, wait);
        } catch (IOException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.SOFTWARE, "cannot start " + viewer + ": " + e.getMessage(), e);
        }
    }

    /** A viewer that has started, and the file with its output. */
    private record Viewing(Process process, Path log) {}

    private int throughTunnel(Path directory, boolean wait) throws IOException, InterruptedException {
        Path socket = directory.resolve("vnc");
        Path log = directory.resolve("ssh.log");
        List<String> words = new ArrayList<>(List.of("setsid"));
        words.addAll(connection.tunnelFromHere(socket));
        Process tunnel = new ProcessBuilder(words)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Thread hook = new Thread(tunnel::destroy, "loadshare-tunnel"); // Ctrl-C does not reach its session
        Runtime.getRuntime().addShutdownHook(hook);
        Viewing viewing = null;
        try {
            awaitDesktop(tunnel, socket, log);
            viewing = start(socket, Long.toString(tunnel.pid()), directory, wait);
        } finally {
            if (viewing == null) {
                tunnel.destroy();
                Files.deleteIfExists(log);
                Files.deleteIfExists(socket);
                Files.deleteIfExists(directory);
            }
        }
        Runtime.getRuntime().removeShutdownHook(hook);
        return await(viewing, wait);
    }

    /** Waits until the desktop answers through the tunnel, so that a viewer does not show an error instead. */
    private void awaitDesktop(Process tunnel, Path socket, Path log) throws IOException, InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (!answers(socket, end)) {
            if (!tunnel.isAlive() || System.nanoTime() > end) {
                String why = tunnel.isAlive()
                        ? "no answer within " + timeout.toSeconds() + " s"
                        : Files.readString(log).strip().replace("\n", "; ");
                throw new LoadshareException(
                        LoadshareException.Kind.UNAVAILABLE,
                        "cannot connect to desktop " + connection.desktop().name() + " through SSH: " + why
                                + ". It runs on; 'loadshare desktop --print' shows how to connect otherwise.");
            }
            tunnel.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Returns whether the desktop sends its version, as a VNC server does first. */
    private static boolean answers(Path socket, long end) {
        if (!Files.exists(socket)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            ByteBuffer version = ByteBuffer.allocate(BANNER.length());
            while (version.hasRemaining()) {
                long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (millis <= 0 || selector.select(millis) == 0 || channel.read(version) < 0) {
                    return false;
                }
                selector.selectedKeys().clear();
            }
            return new String(version.array(), StandardCharsets.US_ASCII).equals(BANNER);
        } catch (IOException e) {
            return false;
        }
    }

    private Viewing start(Path socket, String tunnel, Path directory, boolean wait) throws IOException {
        Path log = Files.createTempFile("loadshare-viewer-", ".log");
        ProcessBuilder builder = new ProcessBuilder(
                        "setsid",
                        "sh",
                        "-c",
                        SCRIPT,
                        "loadshare",
                        viewer.toString(),
                        socket.toString(),
                        tunnel,
                        directory.toString())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        if (wait) {
            builder.command().remove(0);
        }
        try {
            return new Viewing(builder.start(), log);
        } catch (IOException e) {
            Files.delete(log);
            throw e;
        }
    }

    private int await(Viewing viewing, boolean wait) throws IOException, InterruptedException {
        Process process = viewing.process();
        Path log = viewing.log();
        boolean ended = process.waitFor(FAILURE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        String printed =
                ended ? Files.readString(log, StandardCharsets.ISO_8859_1).strip() : "";
        Files.delete(log); // a viewer that runs may go on writing
        if (ended && process.exitValue() != 0) {
            throw new LoadshareException(
                    LoadshareException.Kind.UNAVAILABLE,
                    viewer + " ended at once with status " + process.exitValue()
                            + (printed.isEmpty() ? "" : ": " + printed.replaceAll("\\s*\n\\s*", "; "))
                            + ". The desktop runs on; 'loadshare desktop --print' shows how to connect otherwise.");
        }
        return wait ? process.waitFor() : 0;
    }
}
