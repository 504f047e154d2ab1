package io.jenkins.plugins.loadshare.nodes;

import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Computer;
import hudson.model.Slave;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import hudson.slaves.JNLPLauncher;
import hudson.slaves.RetentionStrategy;
import java.io.File;
import java.nio.charset.Charset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.logging.LogRecord;
import jenkins.model.Jenkins;
import org.jvnet.hudson.test.TestExtension;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;

/**
 * A node that is online at once, since its agent is the test's own JVM. It may say that it is on a machine of its own, which
 * is idle.
 */
public final class LocalNode extends Slave {

    private static final long serialVersionUID = 1;

    /** The boot id that its machine has; empty for that of this machine. */
    private final String bootId;

    private final String system;
    private final String hostname;

    private LocalNode(String name, int executors, String labels, String bootId, String system, String hostname)
            throws Exception {
        super(name, new File(Jenkins.get().getRootDir(), name).getPath(), new JNLPLauncher());
        setNumExecutors(executors);
        setLabelString(labels);
        setRetentionStrategy(RetentionStrategy.NOOP);
        this.bootId = bootId;
        this.system = system;
        this.hostname = hostname;
    }

    public static LocalNode add(String name, int executors, String labels) throws Exception {
        return add(name, executors, labels, "");
    }

    public static LocalNode add(String name, int executors, String labels, String bootId) throws Exception {
        return add(name, executors, labels, bootId, "Linux");
    }

    public static LocalNode add(String name, int executors, String labels, String bootId, String system)
            throws Exception {
        return add(new LocalNode(name, executors, labels, bootId, system, name));
    }

    /** Its machine has a name that is not the node's, or so its agent says. */
    static LocalNode claiming(String hostname, String name, String labels, String bootId) throws Exception {
        return add(new LocalNode(name, 2, labels, bootId, "Linux", hostname));
    }

    /** One that Jenkins does not have yet. */
    static LocalNode create(String name, int executors, String labels) throws Exception {
        return new LocalNode(name, executors, labels, "", "Linux", name);
    }

    private static LocalNode add(LocalNode node) throws Exception {
        Jenkins.get().addNode(node);
        return node;
    }

    @Override
    public Launcher createLauncher(TaskListener listener) {
        return new Launcher.LocalLauncher(listener);
    }

    @Override
    public Computer createComputer() {
        return new Online(this);
    }

    private static final class Online extends Computer {

        private final VirtualChannel channel;

        Online(LocalNode node) {
            super(node);
            channel = node.bootId.isEmpty()
                    ? FilePath.localChannel
                    : new MachineChannel(node.hostname, node.bootId, node.system);
        }

        @Override
        public VirtualChannel getChannel() {
            return channel;
        }

        @Override
        public Charset getDefaultCharset() {
            return Charset.defaultCharset();
        }

        @Override
        public List<LogRecord> getLogRecords() {
            return List.of();
        }

        @Override
        public void doLaunchSlaveAgent(StaplerRequest2 req, StaplerResponse2 rsp) {
            throw new IllegalStateException("it is always online");
        }

        @Override
        protected Future<?> _connect(boolean forceReconnect) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public Boolean isUnix() {
            return true;
        }

        @Override
        public boolean isConnecting() {
            return false;
        }

        @Override
        public RetentionStrategy<Computer> getRetentionStrategy() {
            return RetentionStrategy.NOOP;
        }
    }

    /** Jenkins wants one of every node. */
    @TestExtension
    public static final class DescriptorImpl extends SlaveDescriptor {

        @Override
        public String getDisplayName() {
            return "local";
        }

        @Override
        public boolean isInstantiable() {
            return false;
        }
    }
}
