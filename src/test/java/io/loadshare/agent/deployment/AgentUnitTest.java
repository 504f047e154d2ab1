package io.loadshare.agent.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.loadshare.host.HostName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Units of systemd, as systemd itself reads them. That it runs them is not shown here. */
class AgentUnitTest {

    @TempDir
    private Path directory;

    /** What systemd says of a unit whose program would be there. */
    private String complaints(String unit) throws IOException, InterruptedException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/systemd-analyze")),
                "SKIPPED: needs systemd-analyze (apt install systemd)");
        Path file = Files.writeString(
                directory.resolve("loadshare-agent.service"),
                unit.replaceFirst("ExecStart=\\S+", "ExecStart=/bin/true"));
        Process verify = new ProcessBuilder("systemd-analyze", "verify", "--man=no", file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return verify.waitFor() == 0 ? said : "exit " + verify.exitValue() + ": " + said;
    }

    @Test
    void unitForAnInstalledProgramIsSound() throws Exception {
        String unit = Files.readString(Path.of("contrib/systemd/loadshare-agent.service"));

        assertThat(unit).contains("ExecStart=/usr/local/bin/loadshare agent\n");
        assertThat(complaints(unit)).isEmpty();
    }

    @Test
    void unitThatHostsGetIsSoundAndNamesTheirProgramAndConfiguration() throws Exception {
        String unit = AgentDeployment.unit(new HostName("h1"), "/opt/loadshare-agent");

        assertThat(unit)
                .contains("ExecStart=/opt/loadshare-agent/current/bin/loadshare agent --host h1\n"
                        + "Environment=LOADSHARE_CONFIG=/opt/loadshare-agent/config.yaml\n")
                .doesNotContain("/usr/local");
        assertThat(complaints(unit)).isEmpty();
    }

    @Test
    void wrongUnitWouldBeTold() throws Exception {
        assertThat(complaints("[Service]\nExecStart=/bin/true\nMemoryMax=much\n"))
                .contains("much");
    }
}
