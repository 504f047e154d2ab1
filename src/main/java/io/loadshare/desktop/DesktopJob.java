package io.loadshare.desktop;

import io.loadshare.host.Host;
import io.loadshare.job.Job;
import io.loadshare.job.JobLimits;
import io.loadshare.job.JobSpec;
import io.loadshare.ledger.Claim;
import io.loadshare.software.Template;
import io.loadshare.transport.ShellWords;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The job of a desktop, as {@code desktop.sh} describes it. Its program is the VNC server. */
public final class DesktopJob {

    /** What the IDs of desktops begin with, so that everybody recognizes them in the ledger and on hosts. */
    public static final String PREFIX = "desktop-";

    /** What the IDs of desktops begin with that end with a block in Jenkins. */
    public static final String BLOCK_PREFIX = PREFIX + "block-";

    /** The file with the key of the display, in the control directory of the job. */
    public static final String AUTHORITY = "Xauthority";

    private DesktopJob() {}

    /** Returns whether a word is the ID of a desktop. A load report may hold any word, which must not get into a script. */
    public static boolean isDesktop(String word) {
        return word.startsWith(PREFIX) && Claim.isId(word);
    }

    /** Returns whether a word is the ID of a desktop that all programs with its login share. */
    static boolean isShared(String word) {
        return isDesktop(word) && !word.startsWith(BLOCK_PREFIX);
    }

    /** Returns the directory of the socket: not in the home directory, since network file systems hold no sockets. */
    private static String directory(String id) {
        return "/tmp/loadshare-" + id;
    }

    static String socket(String id) {
        return directory(id) + "/vnc";
    }

    /** Returns the path of the control directory of a desktop, relative to the home directory. */
    private static String controlDirectory(Host host, String id) {
        return ".loadshare/" + host.name() + "/" + id;
    }

    /**
     * Returns the job of a desktop.
     *
     * @param id begins with {@link #PREFIX}
     * @param user the login name on the host
     */
    public static JobSpec spec(String id, Host host, String user, Geometry geometry, DesktopSettings settings) {
        Map<String, String> values = Map.of(
                "socket",
                socket(id),
                "authority",
                AUTHORITY,
                "displayfd",
                "3",
                "geometry",
                geometry.toString(),
                "title",
                user + "@" + host.name());
        List<String> server = settings.command().stream()
                .map(word -> Template.expand(word, values))
                .toList();
        String program = server.get(0);
        String advice = program.endsWith("Xvnc")
                ? "install tigervnc-standalone-server (Debian, Ubuntu) or tigervnc-server (Red Hat, SUSE)"
                : "install it, or correct desktop.command";
        String setup = "run=" + directory(id) + " socket=" + socket(id) + " program=" + ShellWords.quote(program)
                + " advice=" + ShellWords.quote(advice)
                + "\nsession=" + ShellWords.quote(settings.session().orElseGet(() -> resource("session.sh")))
                + "\n" + resource("desktop.sh");
        return JobSpec.of(id, server)
                .withDirectory(controlDirectory(host, id), true)
                .withSetup("/bin/sh", setup)
                .withLimits(JobLimits.UNLIMITED);
    }

    /** Returns the variables of {@code state.sh} for a desktop of the login. */
    static String definitions(Host host, String id) {
        return "directory=~/" + controlDirectory(host, id) + " socket=" + socket(id) + "\n";
    }

    /** Returns the variables of {@code state.sh} for a desktop whose control directory is known. */
    static String definitions(Job job) {
        return "directory=" + ShellWords.quote(job.directory()) + " socket=" + socket(job.id()) + "\n";
    }

    /** Returns an sh library without its comments. */
    static String resource(String name) {
        try (InputStream in = DesktopJob.class.getResourceAsStream(name)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.replaceAll("(?m)^ *#.*\n", "");
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + name + " cannot be read: " + e.getMessage(), e);
        }
    }
}
