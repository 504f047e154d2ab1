package io.jenkins.plugins.loadshare.cloud;

import hudson.model.Computer;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import hudson.slaves.SlaveComputer;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.HostAccess;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.loadshare.Quoted;
import io.loadshare.transport.RemoteProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The connection between Jenkins and the agent that a job runs on its host. */
final class AgentConnection {

    private static final Logger LOGGER = Logger.getLogger(AgentConnection.class.getName());

    private static final Duration ONLINE_LIMIT = Duration.ofMinutes(1);
    private static final Duration ERRORS_LIMIT = Duration.ofSeconds(5);

    private AgentConnection() {}

    /**
     * Starts the agent of a job and connects the computer with it.
     *
     * @throws IOException if the agent does not start; the message contains what it printed last
     */
    static void open(
            LoadshareService service, BuildJob job, HostAccess access, SlaveComputer computer, TaskListener listener)
            throws IOException, InterruptedException {
        RemoteProcess process = null;
        boolean connected = false;
        CompletableFuture<String> errors = CompletableFuture.completedFuture("");
        try {
            process = AgentInstallation.connect(
                    job.host(),
                    access,
                    job.job().orElseThrow(),
                    Long.toString(service.clock().millis(), Character.MAX_RADIX));
            RemoteProcess agent = process;
            errors = CompletableFuture.supplyAsync(() -> copyErrors(agent, listener), Computer.threadPoolForRemoting);
            service.later(ONLINE_LIMIT, () -> closeIfNotOnline(agent, computer));
            computer.setChannel(process.stdout(), process.stdin(), listener.getLogger(), new Channel.Listener() {
                @Override
                public void onClosed(Channel channel, IOException cause) {
                    agent.close();
                }
            });
            connected = true;
        } catch (IOException | RuntimeException e) {
            throw new IOException(e.getMessage() + last(errors), e);
        } finally {
            if (!connected && process != null) { // also if Jenkins interrupts the launch
                process.close();
            }
        }
    }

    /** Ends a launch whose agent does not answer. */
    private static void closeIfNotOnline(RemoteProcess agent, SlaveComputer computer) {
        if (computer.getChannel() == null) {
            agent.close();
        }
    }

    /** Copies what the agent prints to its log, and returns the last line. */
    private static String copyErrors(RemoteProcess agent, TaskListener listener) {
        String last = "";
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(agent.stderr(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                listener.getLogger().println(line);
                last = line;
            }
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "the agent's connection is closed", e);
        }
        return last;
    }

    private static String last(CompletableFuture<String> errors) throws InterruptedException {
        try {
            String last = errors.get(ERRORS_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            return last.isEmpty() ? "" : ", after it printed " + Quoted.of(last);
        } catch (ExecutionException | TimeoutException e) {
            return "";
        }
    }
}
