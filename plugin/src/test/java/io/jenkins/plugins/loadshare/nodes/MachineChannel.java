package io.jenkins.plugins.loadshare.nodes;

import hudson.remoting.Callable;
import hudson.remoting.LocalChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ForkJoinPool;

/** A channel to this JVM, which pretends to be on another machine, which is idle, when it is asked for its load. */
final class MachineChannel extends LocalChannel {

    private final String hostname;
    private final String bootId;
    private final String system;

    MachineChannel(String hostname, String bootId, String system) {
        super(ForkJoinPool.commonPool());
        this.hostname = hostname;
        this.bootId = bootId;
        this.system = system;
    }

    @Override
    @SuppressWarnings("unchecked") // a sample is answered by a sample
    public <V, T extends Throwable> V call(Callable<V, T> callable) throws T {
        V answer = super.call(callable);
        return answer instanceof NodeSample sample ? (V) pretended(sample) : answer;
    }

    private NodeSample pretended(NodeSample sample) {
        String report = new String(sample.report(), StandardCharsets.UTF_8)
                .replaceFirst("\nbootId=.*", "\nbootId=" + bootId)
                .replaceFirst("\nrunnable=.*", "\nrunnable=0")
                .replaceFirst("\nownRunnable=.*", "\nownRunnable=0");
        return new NodeSample(system, "pid:[1]", hostname, sample.user(), report.getBytes(StandardCharsets.UTF_8));
    }
}
