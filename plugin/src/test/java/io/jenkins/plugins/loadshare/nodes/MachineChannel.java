package io.jenkins.plugins.loadshare.nodes;

import hudson.remoting.Callable;
import hudson.remoting.Future;
import hudson.remoting.VirtualChannel;
import java.nio.charset.StandardCharsets;

/** A channel to this JVM, which pretends to be on another machine, which is idle, when it is asked for its load. */
final class MachineChannel implements VirtualChannel {

    private final String hostname;
    private final String bootId;
    private final String system;

    MachineChannel(String hostname, String bootId, String system) {
        this.hostname = hostname;
        this.bootId = bootId;
        this.system = system;
    }

    @Override
    @SuppressWarnings("unchecked") // a sample is answered by a sample
    public <V, T extends Throwable> V call(Callable<V, T> callable) throws T {
        V answer = callable.call();
        return answer instanceof NodeSample sample ? (V) pretended(sample) : answer;
    }

    private NodeSample pretended(NodeSample sample) {
        String report = new String(sample.report(), StandardCharsets.UTF_8)
                .replaceFirst("\nbootId=.*", "\nbootId=" + bootId)
                .replaceFirst("\nrunnable=.*", "\nrunnable=0")
                .replaceFirst("\nownRunnable=.*", "\nownRunnable=0");
        return new NodeSample(system, "pid:[1]", hostname, sample.user(), report.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public <V, T extends Throwable> Future<V> callAsync(Callable<V, T> callable) {
        throw new UnsupportedOperationException("nobody calls it");
    }

    @Override
    public void close() {}

    @Override
    public void join() {}

    @Override
    public void join(long timeout) {}

    @Override
    public <T> T export(Class<T> type, T instance) {
        return instance;
    }

    @Override
    public void syncLocalIO() {}
}
