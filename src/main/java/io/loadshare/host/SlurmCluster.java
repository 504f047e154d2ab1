package io.loadshare.host;

import io.loadshare.InvalidSettingException;
import io.loadshare.Quoted;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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

    /** What loadshare itself decides about a job, or cannot follow: other names, several tasks, jobs run again. */
    private static final Pattern RESERVED = Pattern.compile(
            "--(job-name|array|output|error|input|parsable|requeue|wrap|clusters?|nodes|ntasks|hold|test-only|wait)(=.*)?"
                    + "|-[JaoeiMNnHW].*");

    public static final Duration DEFAULT_OVERFLOW = Duration.ofMinutes(10);

    public SlurmCluster {
        options = List.copyOf(options);
        partition.ifPresent(name -> requireWord("partition", name));
        account.ifPresent(name -> requireWord("account", name));
        for (String option : options) {
            if (RESERVED.matcher(option).matches()) {
                throw new InvalidSettingException(
                        "options", "slurm.options must not contain what loadshare sets itself", Quoted.of(option));
            }
            if (!option.startsWith("-") || option.chars().anyMatch(Character::isISOControl)) {
                throw new InvalidSettingException(
                        "options",
                        "each of slurm.options must be one option of sbatch in one word, such as --exclude=n13",
                        Quoted.of(option));
            }
        }
    }

    private static void requireWord(String key, String text) {
        if (!HostName.isArgument(text)) {
            throw new InvalidSettingException(
                    key, "slurm." + key + " must be one word that does not begin with '-'", Quoted.of(text));
        }
    }

    /** Returns the options of {@code sbatch} that choose this part of the cluster. */
    public List<String> submitOptions() {
        return Stream.of(
                        partition.stream().map(name -> "--partition=" + name),
                        account.stream().map(name -> "--account=" + name),
                        options.stream())
                .flatMap(words -> words)
                .toList();
    }
}
