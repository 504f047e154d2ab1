package io.loadshare.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SimulatedHostTest {

    private static final double EXACT = 1e-9;

    private final SimulatedHost host = new SimulatedHost(new Scenario.HostSpec(2, 1, 10));

    @Test
    void jobsOnCoresOfTheirOwnTakeTheirSize() {
        start(host, job(100));
        start(host, job(50));
        assertThat(host.nextEnd()).isEqualTo(50, within(EXACT));
    }

    @Test
    void moreThreadsThanCoresShareThem() {
        start(host, job(100));
        start(host, job(100));
        host.advance(40);
        start(host, job(100));
        start(host, job(10));
        assertThat(host.nextEnd()).isEqualTo(60, within(EXACT));
        host.advance(60);
        assertThat(host.end().size()).isEqualTo(10);
        assertThat(host.nextEnd()).isEqualTo(60 + 50 * 1.5, within(EXACT));
    }

    @Test
    void aJobOfSeveralThreadsEndsAfterItsSizeIfItHasTheCores() {
        start(host, job(100, 2, 0));
        assertThat(host.nextEnd()).isEqualTo(100, within(EXACT));
        start(host, job(100, 2, 0));
        assertThat(host.nextEnd()).isEqualTo(200, within(EXACT));
    }

    @Test
    void fastCoresShortenJobs() {
        SimulatedHost fast = new SimulatedHost(new Scenario.HostSpec(2, 2.5, 10));
        start(fast, job(100));
        assertThat(fast.nextEnd()).isEqualTo(40, within(EXACT));
    }

    @Test
    void aHostThatSwapsCrawls() {
        start(host, job(100, 1, 6));
        start(host, job(200, 1, 6));
        assertThat(host.memoryAvailable()).isZero();
        assertThat(host.nextEnd()).isEqualTo(1000, within(EXACT));
    }

    @Test
    void loadAverageRisesAsOnLinux() {
        start(host, job(1000));
        host.advance(5);
        assertThat(host.averages().load1()).isEqualTo(0.08, within(0.005));
        host.advance(30);
        assertThat(host.averages().load1()).isEqualTo(0.39, within(0.005));
        host.advance(60);
        assertThat(host.averages().load1()).isEqualTo(0.63, within(0.005));
    }

    private static Job job(double size) {
        return job(size, 1, 0);
    }

    private static Job job(double size, int slots, long memory) {
        return new Job("j", 0, size, slots, slots, memory, 0, 0, false, false);
    }

    private static void start(SimulatedHost host, Job job) {
        host.start(job, job.size());
    }
}
