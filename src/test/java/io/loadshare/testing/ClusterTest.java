package io.loadshare.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("ssh")
class ClusterTest {

    @Test
    void injectedLoadShows() {
        try (Cluster cluster = Cluster.start(2)) {
            cluster.load("h2", 2.75);
            assertThat(cluster.exec("h2", "cat", "/proc/loadavg").stdout()).startsWith("2.75 2.75 2.75 ");
            assertThat(cluster.exec("h1", "cat", "/proc/loadavg").stdout()).startsWith("0.00 0.00 0.00 ");
        }
    }
}
