package io.loadshare.cli.command;

import io.loadshare.LoadshareException;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.desktop.Desktop;
import io.loadshare.desktop.DesktopHosts;
import io.loadshare.desktop.DesktopJob;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.job.JobRecord;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A running desktop in a list.
 *
 * @param desktop empty if no viewer can connect
 * @param failure why its host did not answer; then it is not known whether a viewer can connect
 */
record ListedDesktop(JobRecord job, Optional<Desktop> desktop, Optional<String> failure) {

    /** Returns the running desktops among jobs. A host that does not answer any more is reported. */
    static List<ListedDesktop> among(List<JobRecord> jobs, CommandServices wiring, Console console) {
        HostInventory inventory = wiring.configuration().inventory();
        DesktopHosts hosts = wiring.desktopHosts();
        return jobs.stream()
                .filter(job ->
                        DesktopJob.isDesktop(job.job().id()) && !job.state().isFinal())
                .map(job -> find(hosts, inventory.find(job.job().host()).orElseThrow(), job, console))
                .toList();
    }

    private static ListedDesktop find(DesktopHosts hosts, Host host, JobRecord job, Console console) {
        try {
            return new ListedDesktop(job, hosts.find(host, job.job()), Optional.empty());
        } catch (LoadshareException e) {
            console.say("desktop " + job.job().id() + " on " + host.name() + " does not answer: " + e.getMessage());
            return new ListedDesktop(job, Optional.empty(), Optional.of(e.getMessage()));
        }
    }

    /** Returns its name for people. */
    String name() {
        return desktop.map(Desktop::name).orElse(job.job().host() + ":?");
    }

    /** Returns whether this may be the name of the desktop, because its host did not answer. */
    boolean mayHaveName(String name) {
        return failure.isPresent() && name.startsWith(job.job().host() + ":");
    }

    /** Returns its state, as a word. */
    String state(Duration longIdle) {
        if (failure.isPresent()) {
            return "unknown";
        }
        if (desktop.isEmpty()) {
            return "not ready";
        }
        Duration idle = desktop.get().idle();
        if (idle.compareTo(longIdle) >= 0) {
            return "idle";
        }
        return idle.isZero() ? "connected" : "disconnected";
    }

    Map<String, Object> toTree(Duration longIdle) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("user", job.owner());
        tree.put("host", job.job().host().value());
        tree.put("display", desktop.map(Desktop::display).orElse(null));
        tree.put("id", job.job().id());
        tree.put("since", job.started().orElse(job.submitted()).toString());
        tree.put("idle", desktop.map(found -> found.idle().toSeconds()).orElse(null));
        tree.put("state", state(longIdle));
        return tree;
    }
}
