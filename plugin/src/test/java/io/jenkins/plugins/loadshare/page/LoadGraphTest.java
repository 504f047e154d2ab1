package io.jenkins.plugins.loadshare.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoadGraphTest {

    private static final float GAP = Float.NaN;

    @Test
    void drawsOneUnitForEachFigureAndNothingWhereNothingIsKnown() {
        LoadGraph graph = new LoadGraph(HistoryKeeper.Chart.LOAD_DAY, new float[] {GAP, 4, 8, GAP, GAP, 0}, 4);
        assertThat(graph.getArea()).isEqualTo("M1 24V12.5h1V1h1V24zM5 24V24h1V24z");
        assertThat(graph.getFull()).isEqualTo("12.5");
        assertThat(graph.getWords()).isEqualTo("Load of the last 24 hours: highest 8, 30m ago");
    }

    @Test
    void doesNotMakeMuchOfTheLittleLoadOfAnIdleHost() {
        LoadGraph graph = new LoadGraph(HistoryKeeper.Chart.LOAD_DAY, new float[] {0.04f}, 16);
        assertThat(graph.getArea()).isEqualTo("M0 24V23.5h1V24z");
        assertThat(graph.getWords()).isEqualTo("Load of the last 24 hours: highest 0.04, now");
    }

    @Test
    void saysThatNothingIsKnown() {
        LoadGraph graph = new LoadGraph(HistoryKeeper.Chart.LOAD_DAY, new float[] {GAP, GAP}, 0);
        assertThat(graph.isEmpty()).isTrue();
        assertThat(graph.getArea()).isEqualTo("");
        assertThat(graph.getFull()).isNull();
        assertThat(graph.getWords()).isEqualTo("Load of the last 24 hours: unknown");
    }
}
