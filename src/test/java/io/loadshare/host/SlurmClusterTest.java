package io.loadshare.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.InvalidSettingException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlurmClusterTest {

    private static SlurmCluster cluster(String partition, String option) {
        return new SlurmCluster(
                new HostName("head1"),
                Optional.of(partition),
                Optional.empty(),
                List.of(option),
                SlurmCluster.DEFAULT_OVERFLOW);
    }

    @Test
    void acceptsOtherOptions() {
        assertThat(cluster("long", "--exclude=n13").options()).containsExactly("--exclude=n13");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--job-name=x",
                "--array=1-9",
                "-M",
                "-Mother",
                "--requeue",
                "--clusters=a",
                "--cluster=a",
                "--arr=1-9",
                "--job=x",
                "--comment=x",
                "--partition=other",
                "-pother"
            })
    void refusesOptionsThatLoadshareSets(String option) {
        assertThatThrownBy(() -> cluster("long", option))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must not be an option that loadshare sets itself, or whose jobs it cannot follow, was '"
                        + option + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--constraint=haswell", "-Chaswell", "--licenses=scanner", "-L", "--nodelist=n1", "-w"})
    void refusesOptionsThatThoseOfAJobWouldReplace(String option) {
        assertThatThrownBy(() -> cluster("long", option))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use --tag for --constraint, --on for --nodelist")
                .hasMessageEndingWith("was '" + option + "'");
    }

    @Test
    void refusesAPartitionThatSbatchWouldTakeForAnOption() {
        assertThatThrownBy(() -> cluster("-p", "--exclude=n13"))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("slurm.partition");
    }
}
