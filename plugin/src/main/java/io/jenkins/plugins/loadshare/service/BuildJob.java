package io.jenkins.plugins.loadshare.service;

import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.host.SlurmCluster;
import io.loadshare.job.Job;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;

/**
 * The record of a job that a build started, which finds it again after a restart. It holds no secrets.
 *
 * @param host the host as configured when the job started, which may have been removed from the configuration since
 * @param job empty while it is being started
 * @param build the run's {@code externalizableId}
 * @param step the step's id, unique within the build
 * @param credentialsId the credentials with which the job was started; empty on this machine
 * @param user the login name there
 * @param wants a readable form of the request
 * @param holder whether it does nothing but hold a slot for a block of the build
 * @param progress how far it has come, as far as Jenkins knows
 */
public record BuildJob(
        String id,
        Host host,
        Optional<Job> job,
        String build,
        String step,
        Optional<String> credentialsId,
        String user,
        String wants,
        Instant startedAt,
        boolean holder,
        Progress progress) {

    /** How far a job has come. */
    public enum Progress {
        RUNNING,
        ENDED,
        /** Ended, and all its output is in the log. */
        READ
    }

    public boolean ended() {
        return progress != Progress.RUNNING;
    }

    public BuildJob started(Job newJob) {
        return new BuildJob(
                id, host, Optional.of(newJob), build, step, credentialsId, user, wants, startedAt, holder, progress);
    }

    /** Returns the record of the same job, which now belongs to another build. */
    public BuildJob of(String newBuild) {
        return new BuildJob(id, host, job, newBuild, step, credentialsId, user, wants, startedAt, holder, progress);
    }

    BuildJob with(Progress newProgress) {
        return new BuildJob(id, host, job, build, step, credentialsId, user, wants, startedAt, holder, newProgress);
    }

    Properties toProperties() {
        Properties text = new Properties();
        text.setProperty("host", host.name().value());
        text.setProperty("address", host.address());
        host.port().ifPresent(port -> text.setProperty("port", Integer.toString(port)));
        host.user().ifPresent(login -> text.setProperty("login", login));
        text.setProperty("local", Boolean.toString(host.local()));
        host.slurm().ifPresent(cluster -> put(cluster, text));
        job.ifPresent(known -> text.setProperty("job", known.toText()));
        text.setProperty("build", build);
        text.setProperty("step", step);
        credentialsId.ifPresent(credential -> text.setProperty("credentialsId", credential));
        text.setProperty("user", user);
        text.setProperty("wants", wants);
        text.setProperty("startedAt", startedAt.toString());
        text.setProperty("holder", Boolean.toString(holder));
        text.setProperty("progress", progress.name());
        return text;
    }

    /** @throws IllegalArgumentException if the text does not have the format of {@link #toProperties} */
    static BuildJob parse(String id, Properties text) {
        String port = text.getProperty("port");
        Host host = new Host(
                new HostName(required(text, "host")),
                required(text, "address"),
                port == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port)),
                Optional.ofNullable(text.getProperty("login")),
                Set.of(),
                1.0,
                Boolean.parseBoolean(text.getProperty("local")),
                cluster(text));
        return new BuildJob(
                id,
                host,
                Optional.ofNullable(text.getProperty("job")).map(Job::parse),
                required(text, "build"),
                required(text, "step"),
                Optional.ofNullable(text.getProperty("credentialsId")),
                required(text, "user"),
                required(text, "wants"),
                Instant.parse(required(text, "startedAt")),
                Boolean.parseBoolean(text.getProperty("holder")),
                progress(text));
    }

    private static void put(SlurmCluster cluster, Properties text) {
        text.setProperty("slurm.login", cluster.login().value());
        cluster.partition().ifPresent(partition -> text.setProperty("slurm.partition", partition));
        cluster.account().ifPresent(account -> text.setProperty("slurm.account", account));
        text.setProperty("slurm.options", String.join("\n", cluster.options())); // an option has no line break
    }

    private static Optional<SlurmCluster> cluster(Properties text) {
        return Optional.ofNullable(text.getProperty("slurm.login"))
                .map(login -> new SlurmCluster(
                        new HostName(login),
                        Optional.ofNullable(text.getProperty("slurm.partition")),
                        Optional.ofNullable(text.getProperty("slurm.account")),
                        text.getProperty("slurm.options", "").lines().toList(),
                        SlurmCluster.DEFAULT_OVERFLOW));
    }

    private static Progress progress(Properties text) {
        boolean ended = Boolean.parseBoolean(text.getProperty("ended")); // in records of earlier versions
        return Progress.valueOf(text.getProperty("progress", (ended ? Progress.ENDED : Progress.RUNNING).name()));
    }

    private static String required(Properties text, String key) {
        String value = text.getProperty(key);
        if (value == null) {
            throw new IllegalArgumentException(key + " is missing");
        }
        return value;
    }
}
