package io.loadshare.agent;

import io.loadshare.host.Host;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.Scanner;
import java.util.List;

/** Measures the load of one host, again and again. */
@FunctionalInterface
public interface LocalProbe {

    HostResult measure() throws InterruptedException;

    /** By the probe that a scan would run: what R, R_J and J are is said in one place. */
    static LocalProbe of(Scanner scanner, Host host) {
        return () -> scanner.scan(List.of(host), result -> {}).hosts().get(0);
    }
}
