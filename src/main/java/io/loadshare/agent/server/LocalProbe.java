package io.loadshare.agent.server;

import io.loadshare.host.Host;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.Scanner;
import java.util.List;

/** Measures the load of one host. */
@FunctionalInterface
public interface LocalProbe {

    HostResult measure() throws InterruptedException;

    /** Uses the probe of a scan, so R, R_J and J are defined in one place. */
    static LocalProbe of(Scanner scanner, Host host) {
        return () -> scanner.scan(List.of(host), result -> {}).hosts().get(0);
    }
}
