package io.loadshare.job.slurm;

import io.loadshare.host.SlurmCluster;
import io.loadshare.job.ClusterNeeds;
import io.loadshare.job.JobLimits;
import io.loadshare.job.JobSpec;
import io.loadshare.transport.ShellWords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The command that submits a job to Slurm: one task on one node, which Slurm never starts a second time.
 *
 * @param limits the limits of the job, also those of the settings
 */
public record SbatchCommand(SlurmCluster cluster, JobSpec spec, JobLimits limits) {

    private static final Duration LONGEST = Duration.ofDays(3650);

    /** Returns the options, except those that only the login host knows. Of two that differ, Slurm takes the last. */
    public List<String> options() {
        List<String> options = new ArrayList<>();
        cluster.partition().ifPresent(partition -> options.add("--partition=" + partition));
        cluster.account().ifPresent(account -> options.add("--account=" + account));
        options.addAll(cluster.options());
        options.addAll(List.of(
                "--parsable",
                "--job-name=loadshare-" + spec.id(),
                "--nodes=1",
                "--ntasks=1",
                "--cpus-per-task=" + Math.max(1, spec.slots()),
                "--no-requeue",
                "--open-mode=append"));
        ClusterNeeds needs = spec.needs();
        OptionalLong memory = limits.memory().filter(bytes -> bytes < Long.MAX_VALUE).stream()
                .mapToLong(Long::longValue)
                .findFirst();
        if (memory.isPresent() || needs.memory() > 0) {
            options.add("--mem=" + ((memory.orElse(needs.memory()) + 1023) >> 10) + "K");
        }
        if (needs.cores() > spec.slots()) {
            options.add("--mincpus=" + (int) Math.ceil(needs.cores()));
        }
        limits.time()
                .filter(time -> time.compareTo(LONGEST) < 0)
                .ifPresent(time -> options.add("--time=" + (time.toSeconds() + 59) / 60));
        if (!needs.tags().isEmpty()) {
            options.add("--constraint=" + String.join("&", needs.tags()));
        }
        if (!needs.licenses().isEmpty()) {
            options.add("--licenses=" + String.join(",", needs.licenses()));
        }
        needs.nodes().ifPresent(nodes -> options.add("--nodelist=" + nodes));
        return options;
    }

    /** Returns the function {@code submit} for {@code slurm.sh}, which replaces its shell by the command. */
    public String definition() {
        return "submit() {\nexec timeout -k 5 \"$limit\" sbatch " + ShellWords.join(options())
                + " --comment=\"$comment\" --output=\"$log\"\n}\n";
    }
}
