package io.loadshare.desktop;

import io.loadshare.InvalidSettingException;
import io.loadshare.software.Template;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The {@code desktop} section of the configuration.
 *
 * @param command the argv of the VNC server, with the {@link #PLACEHOLDERS}
 * @param session the sh script of the session; empty for the user's own, or that of the host
 * @param idle a desktop without a viewer for this long is marked in the list
 */
public record DesktopSettings(List<String> command, Optional<String> session, Duration idle) {

    /**
     * {@code socket}: the Unix socket for viewers, in a directory that only the user can enter. {@code authority}: the
     * file with the key of the display. {@code displayfd}: the file descriptor to write the chosen display number to.
     * {@code geometry}: the size, such as 1920x1080. {@code title}: user@host.
     */
    public static final List<String> PLACEHOLDERS = List.of("socket", "authority", "displayfd", "geometry", "title");

    /** The placeholders without which others could reach a desktop, or its owner could not. */
    private static final List<String> REQUIRED = PLACEHOLDERS.subList(0, 3);

    /** TigerVNC. A Unix socket that only the user can open needs no password. */
    public static final DesktopSettings DEFAULT = new DesktopSettings(
            List.of(
                    "Xvnc",
                    "-displayfd",
                    "{displayfd}",
                    "-auth",
                    "{authority}",
                    "-rfbunixpath",
                    "{socket}",
                    "-rfbunixmode",
                    "0600",
                    "-rfbport",
                    "-1",
                    "-localhost",
                    "-SecurityTypes",
                    "None",
                    "-nolisten",
                    "tcp",
                    "-geometry",
                    "{geometry}",
                    "-desktop",
                    "{title}"),
            Optional.empty(),
            Duration.ofDays(14));

    public DesktopSettings {
        command = List.copyOf(command);
        Set<String> used = new TreeSet<>();
        command.forEach(word -> used.addAll(Template.placeholders(word, PLACEHOLDERS)));
        if (!used.containsAll(REQUIRED)) {
            throw new InvalidSettingException(
                    "command",
                    "command must be the argv of a VNC server with {socket}, {authority} and {displayfd}",
                    command);
        }
        if (idle.isNegative() || idle.isZero()) {
            throw new InvalidSettingException("idle", "idle must be > 0", idle);
        }
    }
}
