package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.loadshare.agent.client.AgentsProcess;
import io.loadshare.store.ForkedJvm;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand agents asked at once how they are; one more host has none. */
class AgentsCheckTest {

    private static final int AGENTS = 1000;

    @TempDir
    private static Path memories;

    private static ForkedJvm agents;
    private static int port;

    @TempDir
    private Path home;

    private Program loadshare;

    @BeforeAll
    static void startAgents() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        agents = ForkedJvm.start(AgentsProcess.class, "" + AGENTS, "" + port, memories.toString());
        agents.awaitLine("listening");
    }

    @AfterAll
    static void endAgents() {
        if (agents != null) {
            agents.close();
        }
    }

    @BeforeEach
    void configure() {
        StringBuilder hosts = new StringBuilder("hosts:\n");
        for (int i = 1; i <= AGENTS + 1; i++) {
            hosts.append("  - { name: h%d, address: 127.0.%d.%d }\n".formatted(i, i / 256, i % 256));
        }
        loadshare = new Program(home).configure(hosts + "agent: { port: " + port + " }\n");
    }

    @Test
    void everyAgentIsToldOfAndTheHostWithoutOneIsNot() throws IOException {
        Program.Result result = loadshare.run("agents", "check", "--json");

        assertThat(result.status()).as(result.err()).isEqualTo(1);
        List<?> lines = (List<?>) JSON.std.anyFrom(result.out());
        assertThat(lines).hasSize(AGENTS + 1);
        assertThat(lines.subList(0, AGENTS)).allSatisfy(line -> {
            Map<?, ?> agent = (Map<?, ?>) line;
            assertThat(agent.get("ok")).as(agent.toString()).isEqualTo(true);
            assertThat(agent.get("version")).isEqualTo("0.1.0");
            assertThat((Integer) agent.get("uptime")).isBetween(0, 3600);
            assertThat(((Number) agent.get("clockOffset")).doubleValue()).isBetween(-60.0, 60.0);
        });
        Map<?, ?> without = (Map<?, ?>) lines.get(AGENTS);
        assertThat(without.get("ok")).isEqualTo(false);
        assertThat(without.get("trouble")).isEqualTo("no agent listens on h1001");
    }

    @Test
    void terminalSeesHowFarItIs() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "SKIPPED: needs script (apt install bsdutils)");
        loadshare.through("sh", "-c", "exec script -qec \"$*\" /dev/null", "sh");

        Program.Result result = loadshare.run("agents", "check");

        assertThat(result.out())
                .containsPattern("Checking +100% .*" + Pattern.quote("1001/1001"))
                .contains("h1000", "no agent listens on h1001");
    }
}
