package io.jenkins.plugins.loadshare.steps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
                assertEquals(Optional.empty(), buffer.add(MIB));
            }
            assertTrue(buffer.add(new byte[1]).orElseThrow().contains("more than 64 MiB"));
            assertEquals(0, buffer.take().length, "nothing is kept beyond the limit");
            assertEquals(Optional.empty(), buffer.add(MIB), "the reason is reported once");
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
            assertTrue(refusal.get().contains("together"), refusal.get());
            assertEquals(StdoutBuffer.MOST_OF_ALL / MIB.length + 1, size / MIB.length, "in round " + round);
            buffers.forEach(StdoutBuffer::close);
        }
    }

    @Test
    void bytesComeBackInOrder() {
        try (StdoutBuffer buffer = new StdoutBuffer()) {
            buffer.add(new byte[] {1, 2});
            buffer.add(new byte[] {3});
            assertArrayEquals(new byte[] {1, 2, 3}, buffer.take());
        }
    }
}
