package io.loadshare.agent.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.agent.QueryAnswer;
import io.loadshare.testing.TestingClock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are slow, gone, greedy or hostile; others are served meanwhile, and nothing counts as the agent's fault. */
@Tag("fault")
class AgentFaultTest {

    private static final Duration STEP = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String REQUEST = "GET /v1/load HTTP/1.1\r\nHost: h1\r\n\r\n";

    @TempDir
    private Path directory;

    @AutoClose
    private TestingAgent agent;

    @BeforeEach
    void startAgent() {
        agent = new TestingAgent(directory)
                .with(new AgentService.Limits(2048, STEP))
                .start();
    }

    @AfterEach
    void othersAreServedAndTheLogIsEmpty() {
        assertThat(agent.client().query(agent.host(), LIMIT).join().report().jobs())
                .isEmpty();
        assertThat(agent.log).isEmpty();
    }

    @Test
    void clientThatSaysNothingIsCutOff() throws IOException {
        try (RawClient halfOpen = new RawClient(agent)) {
            assertThat(halfOpen.hear()).isEmpty();
        }
    }

    @Test
    void clientThatSendsByteByByteIsCutOff() throws Exception {
        try (RawClient slow = new RawClient(agent)) {
            assertThat(sayByteByByte(slow)).isLessThan(REQUEST.length());
        }
    }

    /** How many bytes were taken before the connection was closed. */
    private static int sayByteByByte(RawClient client) throws InterruptedException {
        for (int i = 0; i < REQUEST.length(); i++) {
            try {
                client.say(REQUEST.substring(i, i + 1));
            } catch (IOException e) {
                return i;
            }
            Thread.sleep(STEP.toMillis() / 5); // the client's slowness itself
        }
        return REQUEST.length();
    }

    @Test
    void clientThatAsksAndDoesNotListenIsCutOffAndFillsNoMemory() throws IOException {
        int sent = 0;
        try (SocketChannel deaf = SocketChannel.open()) {
            deaf.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            deaf.connect(new InetSocketAddress(agent.address(), agent.port()));
            byte[] requests = REQUEST.repeat(1000).getBytes(StandardCharsets.US_ASCII);
            while (true) { // ends when the agent closes the connection, since it stops to read
                deaf.socket().getOutputStream().write(requests);
                sent += 1000;
            }
        } catch (IOException e) {
            assertThat(sent).isGreaterThan(1000);
        }
    }

    @Test
    void hugeBodyIsRefusedBeforeItIsThere() throws IOException {
        try (RawClient client = new RawClient(agent)) {
            client.say("POST /v1/queries HTTP/1.1\r\nHost: h1\r\nContent-Length: 104857600\r\n\r\n");
            assertThat(client.hear()).startsWith("HTTP/1.1 413 ");
        }
        try (RawClient client = new RawClient(agent)) {
            client.say("POST /v1/queries HTTP/1.1\r\nHost: h1\r\nContent-Length: 104857600\r\n"
                    + "Expect: 100-continue\r\n\r\n");
            assertThat(client.hear()).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void hugeBodyThatDoesNotTellItsSizeIsCutOff() throws IOException {
        long sent = 0;
        try (RawClient client = new RawClient(agent)) {
            client.say("POST /v1/queries HTTP/1.1\r\nHost: h1\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "1000\r\n" + "x".repeat(4096) + "\r\n";
            while (sent < 100L << 20) {
                client.say(chunk);
                sent += 4096;
            }
        } catch (IOException e) {
            // Closed.
        }
        assertThat(sent).isLessThan(100L << 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"P1D", "-P1D"})
    void jumpOfTheClockChangesNothing(Duration jump) {
        TestingClock wall = new TestingClock(Instant.now());
        agent.close();
        agent = new TestingAgent(directory).with(wall).start();
        QueryAnswer placed = agent.client().query(agent.host(), LIMIT).join();
        agent.client().start(agent.host(), placed, 0, "j1", "alice", 1, LIMIT).join();
        QueryAnswer open = agent.client().query(agent.host(), LIMIT).join();

        wall.advance(jump);

        QueryAnswer after = agent.client().query(agent.host(), LIMIT).join();
        assertThat(after.report().shows("j1")).isTrue();
        assertThat(Duration.between(after.report().measuredAt(), Instant.now())).isBetween(Duration.ZERO, LIMIT);
        assertThat(agent.client()
                        .start(agent.host(), open, 0, "j2", "bob", 1, LIMIT)
                        .join())
                .isEmpty();
        assertThat(agent.client()
                        .health(agent.host(), LIMIT)
                        .join()
                        .clockOffset()
                        .toHours())
                .isBetween(jump.toHours() - 1, jump.toHours() + 1);
        for (QueryAnswer started : List.of(placed, open)) {
            agent.client()
                    .end(agent.host(), started == placed ? "j1" : "j2", started.secret(), false, LIMIT)
                    .join();
        }
    }

    @Test
    void tenThousandOpenConnectionsKeepNobodyOut() throws IOException {
        List<SocketChannel> open = new ArrayList<>();
        try {
            for (int i = 0; i < 10_000; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.bind(new InetSocketAddress("127.0.0.1", 0));
                channel.connect(new InetSocketAddress(agent.address(), agent.port()));
                open.add(channel);
                if (i % 1000 == 999) {
                    othersAreServedAndTheLogIsEmpty();
                }
            }
        } finally {
            for (SocketChannel channel : open) {
                channel.close();
            }
        }
    }
}
