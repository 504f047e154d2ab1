package io.loadshare.desktop;

import io.loadshare.host.Host;
import java.time.Duration;

/**
 * A desktop to which a viewer can connect.
 *
 * @param id the ID of its job
 * @param display such as {@code :3}
 * @param idle how long no viewer was connected
 */
public record Desktop(Host host, String id, String display, Duration idle) {

    /** Returns its name for people: {@code l03:3}. */
    public String name() {
        return host.name() + display;
    }

    /** Returns the path of the Unix socket on the host on which viewers connect. */
    public String socket() {
        return DesktopJob.socket(id);
    }
}
