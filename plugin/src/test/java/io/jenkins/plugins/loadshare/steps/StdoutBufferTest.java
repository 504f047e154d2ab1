package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StdoutBufferTest {

    private static final byte[] MIB = new byte[1 << 20]; // added often, held once

    @Test
    void oneBufferHasALimit() {
        try (StdoutBuffer buffer = new StdoutBuffer()) {
            for (int i = 0; i < StdoutBuffer.MOST >> 20; i++) {
                assertThat(buffer.add(MIB)).isEqualTo(Optional.empty());
            }
            assertThat(buffer.add(new byte[1]).orElseThrow().contains("more than 64 MiB"))
                    .isTrue();
            assertThat(buffer.take().length).isEqualTo(0);
            assertThat(buffer.add(MIB)).isEqualTo(Optional.empty());
        }
    }

    @Test
    void allBuffersTogetherHaveALimitAndFreeTheirMemory() {
        for (int round = 0; round < 2; round++) {
            List<StdoutBuffer> buffers = new ArrayList<>();
            Optional<String> refusal = Optional.empty();
            long size = 0;
            while (refusal.isEmpty()) {
                buffers.add(new StdoutBuffer());
                for (int i = 0; i < 32 && refusal.isEmpty(); i++) {
                    refusal = buffers.get(buffers.size() - 1).add(MIB);
                    size += MIB.length;
                }
            }
            assertThat(refusal.get().contains("together")).as(refusal.get()).isTrue();
            assertThat(size / MIB.length).isEqualTo(StdoutBuffer.MOST_OF_ALL / MIB.length + 1);
            buffers.forEach(StdoutBuffer::close);
        }
    }

    @Test
    void bytesComeBackInOrder() {
        try (StdoutBuffer buffer = new StdoutBuffer()) {
            buffer.add(new byte[] {1, 2});
            buffer.add(new byte[] {3});
            assertThat(buffer.take()).isEqualTo(new byte[] {1, 2, 3});
        }
    }
}
