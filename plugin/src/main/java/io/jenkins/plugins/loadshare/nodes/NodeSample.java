package io.jenkins.plugins.loadshare.nodes;

import io.loadshare.Quoted;
import java.io.Serializable;
import java.util.Objects;

/**
 * What the agent of a node found out about its machine.
 *
 * @param system the operating system; all else is known of Linux only
 * @param pidNamespace the kernel's name for the set of processes the agent sees; two containers differ in it
 * @param hostname the machine's name as the kernel has it
 * @param user the login name of the agent
 * @param report what the probe printed; not understood yet
 */
record NodeSample(String system, String pidNamespace, String hostname, String user, byte[] report)
        implements Serializable {

    private static final long serialVersionUID = 1;

    /** As long as a host name may be at most. */
    private static final int LONGEST = 253;

    /** Also what an agent sends comes by here. */
    NodeSample {
        require("system", system);
        require("pidNamespace", pidNamespace);
        require("hostname", hostname);
        require("user", user);
        Objects.requireNonNull(report, "report");
    }

    private static void require(String key, String value) {
        Objects.requireNonNull(value, key);
        if (value.length() > LONGEST || value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(key + " must be at most " + LONGEST
                    + " characters, none of them a control, was " + Quoted.of(value));
        }
    }

    boolean isLinux() {
        return system.equals("Linux");
    }
}
