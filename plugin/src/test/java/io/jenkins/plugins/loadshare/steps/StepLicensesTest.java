package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StepLicensesTest {

    @Test
    void aStepNamesOneOrSeveralLicenses() {
        LoadshareStep step = new LoadshareStep("true");
        assertThat(step.toWish().licenses()).isEmpty();

        step.setLicenses(List.of("matlab", "statistics"));
        step.setLicense("images, signal");

        assertThat(step.toWish().licenses()).containsExactly("matlab", "statistics", "images", "signal");
        assertThat(step.getLicense())
                .as("what the Snippet Generator writes")
                .isEqualTo("matlab, statistics, images, signal");
        assertThat(step.getLicenses()).isNull();
    }
}
