package io.jenkins.plugins.loadshare.cloud;

import hudson.model.Slave;
import io.jenkins.plugins.loadshare.service.HostAccess;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.job.Job;
import io.loadshare.job.slurm.SrunCommand;
import io.loadshare.job.ssh.RemoteScript;
import io.loadshare.transport.CommandResult;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.ShellWords;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;

/**
 * What a Jenkins agent needs on a host: a Java, the directory of agents there, and {@code agent.jar} in it. In a Slurm
 * cluster, the directory is on the login host, which shares it with the nodes, and the job looks for Java on its node.
 *
 * @param cluster whether the host is the login host of a Slurm cluster
 * @param java the path of the Java; in a cluster the path in the settings, or empty to search
 * @param directory the directory of agents
 */
record AgentInstallation(boolean cluster, String java, String directory) {

    /** The oldest Java that runs the agents of this Jenkins. */
    private static final int OLDEST_JAVA = 17;

    private static final String FIND_JAVA = "least=" + OLDEST_JAVA + "\n" + read("java.sh");

    /** The script of the job that holds the place of an agent. */
    static final String SCRIPT = "#!/bin/sh\n" + FIND_JAVA + read("agent.sh");

    private static final String PREPARE = FIND_JAVA + read("prepare.sh");

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int ANSWER_LIMIT = 64 * 1024;

    /** The agent of this Jenkins, read once. */
    private static final class Jar {

        static final byte[] BYTES = read();
        static final String CHECKSUM = checksum(BYTES);
        static final String NAME = "agent-" + CHECKSUM + ".jar";

        private static byte[] read() {
            try {
                return new Slave.JnlpJar("agent.jar").readFully();
            } catch (IOException e) {
                throw new UncheckedIOException("agent.jar of Jenkins cannot be read: " + e.getMessage(), e);
            }
        }

        private static String checksum(byte[] bytes) {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }

    private static String read(String script) {
        try (InputStream in = AgentInstallation.class.getResourceAsStream(script)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Finds the Java on a host, and copies {@code agent.jar} to it, if it does not have this version. For a cluster, only
     * copies the file.
     *
     * @throws LoadshareException of kind UNAVAILABLE if agents cannot run there
     */
    static AgentInstallation on(Host host, HostAccess access, Settings.Agents settings) {
        Deadline deadline = Deadline.after(LIMIT, System::nanoTime);
        String definitions = "wanted=" + ShellWords.quote(settings.java().orElse("")) + " cluster="
                + (host.isCluster() ? "yes" : "no") + " agents=" + ShellWords.quote(settings.directory()) + " jar="
                + Jar.NAME + "\n" + PREPARE;
        try (Session session = access.transport().connect(host, deadline)) {
            byte[] script = RemoteScript.script(definitions, "prepare_agent", "");
            String[] answer = ShellWords.decode(RemoteScript.run(session, script, ANSWER_LIMIT, deadline))
                    .strip()
                    .split("\n");
            String java = value(host, answer, 0, "java ", settings);
            AgentInstallation installation = new AgentInstallation(
                    host.isCluster(),
                    host.isCluster() ? settings.java().orElse("") : java,
                    value(host, answer, 1, "directory ", settings));
            if (answer.length < 3) {
                installation.copyJar(session, deadline);
            }
            return installation;
        }
    }

    private static String value(Host host, String[] answer, int line, String key, Settings.Agents settings) {
        if (line < answer.length && answer[line].startsWith(key)) {
            return answer[line].substring(key.length());
        }
        String rest = answer[0].replaceFirst("^\\w+ ?", "");
        if (answer[0].startsWith("unwritable ")) {
            throw unavailable(host, "cannot write to " + rest + ", the directory of Jenkins agents");
        }
        throw unavailable(
                host,
                "has no Java " + OLDEST_JAVA + " or newer for a Jenkins agent (found: "
                        + (rest.isEmpty()
                                ? "nothing at " + settings.java().orElse("JAVA_HOME, PATH and /usr/lib/jvm")
                                : rest)
                        + "). Install one there, or set agents, java in Manage Jenkins, System, Loadshare");
    }

    private void copyJar(Session session, Deadline deadline) {
        String target = directory + "/" + Jar.NAME;
        String partial =
                ShellWords.quote(target + "." + session.host().name() + ".") + "$$"; // hosts may share the home
        String line = "umask 077; cat >" + partial + " && set -- $(sha256sum " + partial + ") && [ \"$1\" = "
                + Jar.CHECKSUM + " ] && mv -f " + partial + " " + ShellWords.quote(target) + " || { rm -f " + partial
                + "; exit 74; }";
        CommandResult result = session.run(line, Jar.BYTES, ANSWER_LIMIT, deadline);
        if (result.status() != 0) {
            throw unavailable(
                    session.host(),
                    "did not store " + target + ": " + result.stderrText().strip() + " (status " + result.status()
                            + ")");
        }
    }

    private static LoadshareException unavailable(Host host, String what) {
        return new LoadshareException(LoadshareException.Kind.UNAVAILABLE, host.name() + " " + what);
    }

    /** Returns the variables that {@link #SCRIPT} needs. */
    Map<String, String> variables() {
        return Map.of(
                cluster ? "LOADSHARE_AGENT_JAVA_WANTED" : "LOADSHARE_AGENT_JAVA",
                java,
                "LOADSHARE_AGENT_JAR",
                directory + "/" + Jar.NAME,
                "LOADSHARE_AGENT_CACHE",
                directory + "/cache");
    }

    /** Starts the agent of a job, whose streams are those of the process. A running one is replaced. */
    static RemoteProcess connect(Host host, HostAccess access, Job job, String number) {
        Deadline deadline = Deadline.after(LIMIT, System::nanoTime);
        String line = "LOADSHARE_JOB=" + job.id() + " exec /bin/sh " + ShellWords.quote(job.directory() + "/script")
                + " connect " + number;
        if (host.isCluster()) {
            line = new SrunCommand(job).line(line);
        }
        try (Session session = access.transport().connect(host, deadline)) {
            return session.start(RemoteCommand.of(line), deadline);
        }
    }

    /** Deletes a directory of workspaces. */
    static void delete(Host host, HostAccess access, String directory) {
        Deadline deadline = Deadline.after(LIMIT, System::nanoTime);
        try (Session session = access.transport().connect(host, deadline)) {
            session.run("rm -rf -- " + ShellWords.quote(directory), new byte[0], ANSWER_LIMIT, deadline);
        }
    }
}
