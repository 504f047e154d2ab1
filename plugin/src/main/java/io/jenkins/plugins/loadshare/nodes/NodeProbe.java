package io.jenkins.plugins.loadshare.nodes;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import jenkins.security.MasterToSlaveCallable;

/**
 * Runs the core's probe on the machine of an agent. The agent's descendants and processes with the cookie of a build
 * count as loadshare's own, because the balancer counts their executors.
 */
final class NodeProbe extends MasterToSlaveCallable<NodeSample, IOException> {

    private static final long serialVersionUID = 1;

    /** The variable that every process of a build has, including orphaned ones such as those of the {@code sh} step. */
    private static final String COOKIE = "JENKINS_SERVER_COOKIE";

    private final byte[] script;
    private final int maxOutput;
    private final long limitMillis;

    /**
     * @param script the probe's script
     * @param maxOutput the maximum size of its output in bytes
     * @param limitMillis the time limit
     */
    NodeProbe(byte[] script, int maxOutput, long limitMillis) {
        this.script = script.clone();
        this.maxOutput = maxOutput;
        this.limitMillis = limitMillis;
    }

    @Override
    public NodeSample call() throws IOException {
        String system = System.getProperty("os.name");
        String user = System.getProperty("user.name");
        if (!system.equals("Linux")) {
            return new NodeSample(system, "", "", user, new byte[0]);
        }
        String namespace = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        String hostname = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        return new NodeSample(system, namespace, hostname, user, measure());
    }

    private byte[] measure() throws IOException {
        Process shell = new ProcessBuilder("/bin/sh")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Executor later = CompletableFuture.delayedExecutor(limitMillis, TimeUnit.MILLISECONDS);
        CompletableFuture<Void> limit = CompletableFuture.runAsync(() -> end(shell), later);
        try {
            send(shell);
            return shell.getInputStream().readNBytes(maxOutput);
        } finally {
            limit.cancel(false);
            end(shell);
        }
    }

    private void send(Process shell) {
        String owner = "owner=" + ProcessHandle.current().pid() + "\nowner_mark=" + COOKIE + "\n";
        try (OutputStream stdin = shell.getOutputStream()) {
            stdin.write(owner.getBytes(StandardCharsets.US_ASCII));
            stdin.write(script);
        } catch (IOException e) {
            // A program that does not read the script is not sh; the missing report shows that.
        }
    }

    private static void end(Process shell) {
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        shell.destroyForcibly();
    }
}
