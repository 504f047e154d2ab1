package io.jenkins.plugins.loadshare.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LoadGraphTest {

    private static final float GAP = Float.NaN;

    @Test
    void drawsOneUnitForEachFigureAndNothingWhereNothingIsKnown() {
        LoadGraph graph = new LoadGraph(new float[] {GAP, 4, 8, GAP, GAP, 0}, 4);
        assertEquals("M1 24V12.5h1V1h1V24zM5 24V24h1V24z", graph.getArea());
        assertEquals("12.5", graph.getFull());
        assertEquals("Load of the last 24 hours: highest 8, 30m ago", graph.getWords());
    }

    @Test
    void doesNotMakeMuchOfTheLittleLoadOfAnIdleHost() {
        LoadGraph graph = new LoadGraph(new float[] {0.04f}, 16);
        assertEquals("M0 24V23.5h1V24z", graph.getArea());
        assertEquals("Load of the last 24 hours: highest 0.04, now", graph.getWords());
    }

    @Test
    void saysThatNothingIsKnown() {
        LoadGraph graph = new LoadGraph(new float[] {GAP, GAP}, 0);
        assertTrue(graph.isEmpty());
        assertEquals("", graph.getArea());
        assertNull(graph.getFull());
        assertEquals("Load of the last 24 hours: unknown", graph.getWords());
    }
}
