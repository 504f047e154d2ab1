package io.jenkins.plugins.loadshare.nodes;

import io.loadshare.Quoted;
import java.io.Serializable;
import java.util.Objects;

/**
 * Facts about a machine, collected by the agent of its node.
 *
 * @param system the operating system; everything else is known for Linux only
 * @param pidNamespace the kernel's name for the set of processes the agent sees; two containers differ in it
 * @param hostname the machine's name in the kernel
 * @param user the login name of the agent
 * @param report the output of the probe, not parsed yet
 */
record NodeSample(String system, String pidNamespace, String hostname, String user, byte[] report)
        implements Serializable {

    private static final long serialVersionUID = 1;

    /** The maximum length of a host name. */
    private static final int LONGEST = 253;

    /** Also validates data from agents. */
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
                    + " characters without control characters, was " + Quoted.of(value));
        }
    }

    boolean isLinux() {
        return system.equals("Linux");
    }
}
