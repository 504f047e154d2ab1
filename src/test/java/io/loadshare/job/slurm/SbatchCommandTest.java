package io.loadshare.job.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.HostName;
import io.loadshare.host.SlurmCluster;
import io.loadshare.job.ClusterNeeds;
import io.loadshare.job.JobLimits;
import io.loadshare.job.JobSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SbatchCommandTest {

    private static final JobSpec SPEC = JobSpec.of("job1", List.of("true")).withSlots(2);

    private static List<String> options(JobSpec spec, JobLimits limits) {
        SlurmCluster cluster = new SlurmCluster(
                new HostName("head1"),
                Optional.of("long"),
                Optional.of("imaging"),
                List.of("--exclude=n13", "--mem=1G"),
                Duration.ZERO);
        return new SbatchCommand(cluster, spec, limits).options();
    }

    @Test
    void theOptionsOfThePoolComeFirstSoThatTheJobsOwnCount() {
        ClusterNeeds needs =
                new ClusterNeeds(1025, 15.5, List.of("big", "fast"), List.of("scanner"), Optional.of("n2"));

        assertThat(options(SPEC.withNeeds(needs), JobLimits.NONE))
                .containsSubsequence(
                        "--partition=long",
                        "--account=imaging",
                        "--exclude=n13",
                        "--mem=1G",
                        "--job-name=loadshare-job1",
                        "--cpus-per-task=2",
                        "--mem=2K",
                        "--mincpus=16",
                        "--constraint=big&fast",
                        "--licenses=scanner",
                        "--nodelist=n2");
    }

    @Test
    void aMemoryLimitIsRequestedInsteadOfTheLeastMemory() {
        JobLimits limits = new JobLimits(Optional.of(Duration.ofSeconds(61)), Optional.of(2L << 20));
        ClusterNeeds needs = new ClusterNeeds(1025, 2, List.of(), List.of(), Optional.empty());

        assertThat(options(SPEC.withNeeds(needs), limits))
                .contains("--mem=2048K", "--time=2")
                .doesNotContain("--mem=2K")
                .as("two slots are two cores")
                .noneMatch(option -> option.startsWith("--mincpus"));
    }

    @Test
    void aJobWithoutRequirementsHasNoOptionsForThem() {
        assertThat(options(SPEC, JobLimits.NONE))
                .noneMatch(option -> option.matches("--(time|mincpus|constraint|licenses|nodelist)=.*"));
    }
}
