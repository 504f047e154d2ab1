package io.jenkins.plugins.loadshare.nodes;

import java.io.Serializable;

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

    boolean isLinux() {
        return system.equals("Linux");
    }
}
