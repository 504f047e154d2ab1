package io.loadshare.placement;

import static io.loadshare.placement.Situation.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExplanationTest {

    private static final HostStatus.Drain DRAIN = new HostStatus.Drain("new disks", "root", NOW);

    @Test
    @SuppressWarnings("unchecked")
    void theTreeHasTheShapeOfBestJson() {
        Situation situation = Situation.idle(3)
                .reportAt("l1", NOW.minusMillis(1500), report -> report.runnable(2))
                .status("l2", status -> HostStatus.UNKNOWN);

        Map<String, Object> tree = situation.place().explanation().toTree();

        assertThat(tree)
                .containsKeys("host", "score", "terms", "candidates", "license")
                .containsEntry("host", "l3")
                .containsEntry("score", 0.25)
                .containsEntry("license", null)
                .containsEntry("model", "tracked")
                .containsEntry("seed", 1L)
                .containsEntry("wants", "pool vnc");
        assertThat((Map<String, Double>) tree.get("terms")).contains(entry("external", 0.0), entry("asked", 1.0));
        List<Map<String, Object>> candidates = (List<Map<String, Object>>) tree.get("candidates");
        assertThat(candidates).extracting(c -> c.get("host")).containsExactly("l3", "l1", "l2");
        assertThat(candidates.get(1))
                .containsEntry("score", 0.75)
                .containsEntry("reason", null)
                .containsEntry("age", 1.5)
                .containsEntry("approximate", false);
        assertThat(candidates.get(2))
                .containsEntry("score", null)
                .containsEntry("reason", "never measured")
                .containsEntry("age", null);
    }

    @Test
    void withoutAPlaceTheTreeNamesNoHost() {
        Map<String, Object> tree = Situation.idle(1)
                .status("l1", status -> HostStatus.UNKNOWN)
                .place()
                .explanation()
                .toTree();

        assertThat(tree)
                .containsEntry("host", null)
                .containsEntry("score", null)
                .containsEntry("terms", Map.of());
    }

    @Test
    void itIsMadeOfPlainValuesAlone() {
        assertPlain(Situation.idle(2)
                .status("l1", status -> status.withDrain(Optional.of(DRAIN)))
                .place()
                .explanation()
                .toTree());
    }

    private static void assertPlain(Object value) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> {
                assertThat(key).isInstanceOf(String.class);
                assertPlain(inner);
            });
        } else if (value instanceof List<?> list) {
            list.forEach(ExplanationTest::assertPlain);
        } else if (value != null) {
            assertThat(value).isInstanceOfAny(String.class, Number.class, Boolean.class);
        }
    }

    @Test
    void hostsWithTheSameReasonAreFolded() {
        Situation situation = Situation.idle(12);
        for (int i : new int[] {1, 2, 3, 5, 12}) {
            situation.status("l" + i, status -> status.withDrain(Optional.of(DRAIN)));
        }
        situation.status("l4", status -> HostStatus.UNKNOWN);

        assertThat(situation.place().explanation().refusals())
                .containsExactly("l[1-3,5,12]: drained by root: new disks", "l4: never measured");
    }

    @Test
    void aReasonWithManyDifferentNumbersIsSummedUp() {
        Situation situation = Situation.idle(5);
        for (int i = 1; i <= 5; i++) {
            int age = 1000 + i;
            situation.reportAt("l" + i, NOW.minusSeconds(age), report -> report);
        }

        assertThat(situation.place().explanation().refusals())
                .containsExactly("l[1-5]: report too old (l1: report is 16m41s old (maxAge 15m))");
        assertThat(situation.place().explanation().refused())
                .containsOnlyKeys(PendingReason.REPORT_TOO_OLD)
                .extractingByKey(PendingReason.REPORT_TOO_OLD)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(HostName.class))
                .hasSize(5);
    }
}
