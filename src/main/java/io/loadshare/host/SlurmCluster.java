package io.loadshare.host;

import io.loadshare.InvalidSettingException;
import io.loadshare.Quoted;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A part of a Slurm cluster that runs jobs like one large host: Slurm chooses the node.
 *
 * @param login the host on which Slurm's commands run, and whose home directories the nodes share
 * @param partition the partition; empty for Slurm's default
 * @param account the account to charge; empty for the user's default
 * @param options more options for {@code sbatch}
 * @param overflow how long a job that may also run on other hosts waits for them before it goes to the cluster
 */
public record SlurmCluster(
        HostName login, Optional<String> partition, Optional<String> account, List<String> options, Duration overflow) {

    /** Options of sbatch that loadshare sets, or whose jobs it could not follow. sbatch accepts abbreviations of them. */
    private static final List<String> RESERVED = List.of(
            "--job-name",
            "--comment",
            "--partition",
            "--array",
            "--output",
            "--error",
            "--input",
            "--parsable",
            "--requeue",
            "--wrap",
            "--clusters",
            "--nodes",
            "--ntasks",
            "--hold",
            "--test-only",
            "--wait",
            "--quiet");

    private static final String RESERVED_LETTERS = "JpaoeiMNnHWQ";

    /** Options that restrict the nodes or licenses of all jobs. One of a job would replace them. */
    private static final List<String> OF_JOBS = List.of("--constraint", "--licenses", "--nodelist");

    private static final String OF_JOBS_LETTERS = "CLw";

    public static final Duration DEFAULT_OVERFLOW = Duration.ofMinutes(10);

    public SlurmCluster {
        options = List.copyOf(options);
        partition.ifPresent(name -> requireWord("partition", name));
        account.ifPresent(name -> requireWord("account", name));
        options.forEach(SlurmCluster::requireOption);
    }

    /**
     * Returns an option that a pool may set.
     *
     * @throws IllegalArgumentException if it is not one option of {@code sbatch} in one word, or one that loadshare sets
     */
    public static String requireOption(String option) {
        if (!option.startsWith("-") || option.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "must be one option of sbatch in one word, such as --exclude=n13, was " + Quoted.of(option));
        }
        if (isOneOf(RESERVED, RESERVED_LETTERS, option)) {
            throw new IllegalArgumentException(
                    "must not be an option that loadshare sets itself, or whose jobs it cannot" + " follow, was "
                            + Quoted.of(option));
        }
        if (isOneOf(OF_JOBS, OF_JOBS_LETTERS, option)) {
            throw new IllegalArgumentException(
                    "must not be an option that jobs set and so replace: use --tag for --constraint, --on for --nodelist"
                            + " (or --exclude here), and a license with slurm: NAME for --licenses, was "
                            + Quoted.of(option));
        }
        return option;
    }

    private static boolean isOneOf(List<String> names, String letters, String option) {
        if (option.startsWith("--")) {
            String name = option.split("=", 2)[0];
            return names.stream().anyMatch(word -> word.startsWith(name));
        }
        return option.length() > 1 && letters.indexOf(option.charAt(1)) >= 0;
    }

    private static void requireWord(String key, String text) {
        if (!HostName.isArgument(text)) {
            throw new InvalidSettingException(
                    key, "slurm." + key + " must be one word that does not begin with '-'", Quoted.of(text));
        }
    }
}
