package io.jenkins.plugins.loadshare.nodes;

import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Slave;
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

/** A node that is online at once, since its agent is the test's own JVM. */
public final class LocalNode extends Slave {

    private static final long serialVersionUID = 1;

    private LocalNode(String name, int executors, String labels) throws Exception {
        super(name, new File(Jenkins.get().getRootDir(), name).getPath(), new JNLPLauncher());
        setNumExecutors(executors);
        setLabelString(labels);
        setRetentionStrategy(RetentionStrategy.NOOP);
    }

    static LocalNode add(String name, int executors, String labels) throws Exception {
        LocalNode node = new LocalNode(name, executors, labels);
        Jenkins.get().addNode(node);
        return node;
    }

    @Override
    public Computer createComputer() {
        return new Online(this);
    }

    private static final class Online extends Computer {

        Online(Slave node) {
            super(node);
        }

        @Override
        public VirtualChannel getChannel() {
            return FilePath.localChannel;
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
