package io.jenkins.plugins.loadshare.nodes;

import io.loadshare.load.HostStatus;

/**
 * A Linux node with its last measurement.
 *
 * @param name the node's name; empty for the built-in node
 * @param sample the last sample from its agent
 * @param bootId of its machine
 * @param status the load of its machine, or why that is unknown
 */
record MeasuredNode(String name, NodeSample sample, String bootId, HostStatus status) {

    /** The PID namespace outside of all containers ({@code PROC_PID_INIT_INO} of the kernel). */
    private static final String INITIAL_NAMESPACE = "pid:[4026531836]";

    /** A key that is equal for nodes whose agents see the same processes of the same kernel. */
    String machine() {
        return bootId + " " + sample.pidNamespace();
    }

    /** Returns whether its agent sees the whole machine rather than the inside of a container. */
    boolean seesWholeMachine() {
        return sample.pidNamespace().equals(INITIAL_NAMESPACE);
    }

    boolean answered() {
        return status.failure().isEmpty();
    }
}
