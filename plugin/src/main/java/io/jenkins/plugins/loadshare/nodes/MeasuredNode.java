package io.jenkins.plugins.loadshare.nodes;

import io.loadshare.load.HostStatus;

/**
 * What is known of one Linux node.
 *
 * @param name the node's name; empty for the built-in node
 * @param sample who and where its agent is, as it last said
 * @param bootId of its machine
 * @param status its machine's load, or why that is not known
 */
record MeasuredNode(String name, NodeSample sample, String bootId, HostStatus status) {

    /** The PID namespace that is not inside any container ({@code PROC_PID_INIT_INO} of the kernel). */
    private static final String INITIAL_NAMESPACE = "pid:[4026531836]";

    /** Equal for nodes whose agents see the same processes of the same kernel. */
    String machine() {
        return bootId + " " + sample.pidNamespace();
    }

    /** Whether its agent sees the whole machine rather than the inside of a container. */
    boolean seesWholeMachine() {
        return sample.pidNamespace().equals(INITIAL_NAMESPACE);
    }

    boolean answered() {
        return status.failure().isEmpty();
    }
}
