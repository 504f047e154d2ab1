package io.loadshare.bench.simulate;

import io.loadshare.bench.simulate.Scenario.HostSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A table of results: some cases, each run with the same policies.
 *
 * @param figure the figure to show besides the slowdown
 */
record Experiment(String title, List<Scenario> cases, List<String> policies, Figure figure) {

    /** The figure that a table shows besides the slowdown. */
    enum Figure {
        TAILS("Slowdown that 95 % / 99 % of the jobs stay below / most jobs ever on one host", Results::tailCell),
        SEATS("Mean number of seats in use", Results::seatsCell),
        FAULTS("Mean number of jobs lost on black holes / most sound hosts suspended in a run", Results::faultsCell);

        private final String title;
        private final Function<Summary, String> cell;

        Figure(String title, Function<Summary, String> cell) {
            this.title = title;
            this.cell = cell;
        }

        String title() {
            return title;
        }

        Function<Summary, String> cell() {
            return cell;
        }
    }

    private static final int HOSTS = 36;
    private static final int CORES = 4;
    private static final double AGE = 300;

    /** Returns the experiments that are quick enough for every check. */
    static List<Experiment> brief() {
        return List.of(mainTable());
    }

    /** Returns all experiments. */
    static List<Experiment> all() {
        return List.of(mainTable(), ages(), classicBoard(), licenses(), dispatchers(), sites(), faults(), slots());
    }

    /** Returns the experiment with only the cases whose names match. */
    Experiment only(Pattern names) {
        List<Scenario> chosen = cases.stream()
                .filter(scenario -> names.matcher(scenario.name()).matches())
                .toList();
        return new Experiment(title, chosen, policies, figure);
    }

    static Experiment mainTable() {
        return new Experiment(
                "36 hosts × 4 cores, reports up to 300 s old",
                List.of(
                        site("rho0.7", 0.7, AGE),
                        site("rho0.9", 0.9, AGE),
                        site("rho0.7-burst8", 0.7, AGE).withBurst(8),
                        site("rho0.9-burst8", 0.9, AGE).withBurst(8),
                        site("rho0.7-burst8-outside50", 0.7, AGE).withBurst(8).withOutside(0.5)),
                List.of(
                        "oracle",
                        "random",
                        "tracked",
                        "tracked-look",
                        "sciclust",
                        "loadshare",
                        "two-choices",
                        "basic-li",
                        "own-since",
                        "lsf",
                        "gridengine",
                        "lbcd",
                        "x2go"),
                Figure.TAILS);
    }

    private static Experiment ages() {
        List<Scenario> cases = new ArrayList<>();
        for (int age : new int[] {30, 60, 300, 900, 1800}) {
            cases.add(site("age" + age, 0.7, age).withOutside(0.3));
        }
        return new Experiment(
                "Age of reports in seconds (ρ = 0.7, single arrivals, 30 % of the jobs outside)",
                cases,
                List.of("oracle", "random", "tracked", "tracked-look", "loadshare", "two-choices", "own-since"),
                Figure.TAILS);
    }

    /** The setting of the papers on stale load information: 100 servers of one core, λ = 0.9, periodic reports. */
    private static Experiment classicBoard() {
        List<Scenario> cases = new ArrayList<>();
        for (int age : new int[] {1, 10, 50}) {
            cases.add(Scenario.of("board" + age, 100, 1, 0.9, age * 600));
        }
        return new Experiment(
                "Bulletin board: 100 hosts × 1 core, λ = 0.9, reports every 1, 10, 50 mean job sizes",
                cases,
                List.of("oracle", "random", "tracked", "shortest-queue", "two-choices-queue", "basic-li", "own-since"),
                Figure.TAILS);
    }

    private static Experiment licenses() {
        List<Scenario> cases = new ArrayList<>();
        for (double load : new double[] {0.5, 0.7, 0.85}) {
            cases.add(site("license-rho" + load, load, AGE).withBurst(8));
        }
        return new Experiment(
                "License seats: 24 users, bursts of 8 Matlab jobs",
                cases,
                List.of("oracle", "no-limit", "spread-8", "save-8", "save-8-slots1.0", "save-12", "save-36"),
                Figure.SEATS);
    }

    private static Experiment dispatchers() {
        List<Scenario> cases = new ArrayList<>();
        for (int number : new int[] {1, 2, 6, 36}) {
            cases.add(site("dispatchers" + number, 0.7, AGE).withBurst(8).withDispatchers(number));
        }
        return new Experiment(
                "Dispatchers with separate ledgers (ρ = 0.7, bursts of 8)",
                cases,
                List.of(
                        "oracle",
                        "random",
                        "tracked",
                        "tracked-look",
                        "tracked-look-unkept",
                        "sciclust",
                        "loadshare",
                        "two-choices"),
                Figure.TAILS);
    }

    private static Experiment sites() {
        return new Experiment(
                "Other sites (ρ = 0.7, bursts of 8)",
                List.of(
                        site("staggered", 0.7, AGE).withBurst(8).withStaggeredReports(),
                        site("speeds", 0.7, AGE).withBurst(8).withHosts(thirds(4, 0.5, 4, 1, 4, 2)),
                        site("cores", 0.7, AGE).withBurst(8).withHosts(thirds(2, 1, 4, 1, 16, 1)),
                        site("pareto", 0.7, AGE).withBurst(8).withSizes(Sizes.BOUNDED_PARETO),
                        site("wide", 0.7, AGE).withBurst(8).withWideJobs(0.2, 4),
                        site("memory", 0.7, AGE)
                                .withBurst(8)
                                .withHosts(Collections.nCopies(HOSTS, new HostSpec(CORES, 1, 16 * Scenario.GIB)))
                                .withMemory(0.3, 6 * Scenario.GIB)),
                List.of("oracle", "random", "tracked", "sciclust", "loadshare", "two-choices"),
                Figure.TAILS);
    }

    private static Experiment faults() {
        return new Experiment(
                "Hosts on which every job dies, and jobs that die on every host (ρ = 0.7)",
                List.of(
                        site("black-hole", 0.7, AGE).withFaults(1, 0),
                        site("black-hole-burst8", 0.7, AGE).withBurst(8).withFaults(1, 0),
                        site("three-black-holes", 0.7, AGE).withFaults(3, 0),
                        site("broken-jobs", 0.7, AGE).withFaults(0, 0.2),
                        site("black-hole-broken-jobs", 0.7, AGE).withFaults(1, 0.2)),
                List.of("tracked", "tracked-look", "sciclust", "loadshare"),
                Figure.FAULTS);
    }

    private static Experiment slots() {
        return new Experiment(
                "Limits of slots: what makes jobs wait (ρ = 0.7, bursts of 8)",
                List.of(
                        site("slots", 0.7, AGE).withBurst(8),
                        site("slots-rho0.9", 0.9, AGE).withBurst(8),
                        site("slots-pareto", 0.7, AGE).withBurst(8).withSizes(Sizes.BOUNDED_PARETO),
                        site("slots-burst300", 0.7, AGE).withBurst(300),
                        site("slots-stalled", 0.7, AGE).withBurst(8).withStalledHosts(4),
                        site("slots-hidden", 0.7, AGE).withBurst(8).withHiddenWidth(1 / 3.0, 4),
                        site("slots-memory", 0.7, AGE)
                                .withBurst(8)
                                .withHosts(Collections.nCopies(HOSTS, new HostSpec(CORES, 1, 16 * Scenario.GIB)))
                                .withMemory(0.3, 6 * Scenario.GIB),
                        site("slots-people", 0.7, AGE).withBurst(8).withOutside(0.5)),
                List.of(
                        "oracle",
                        "list",
                        "tracked-look",
                        "tracked-slots1.0",
                        "tracked-slots1.5",
                        "tracked-slots2.0",
                        "parallel-j",
                        "parallel-load",
                        "slurm-cr-cpu",
                        "lsf-r1m"),
                Figure.TAILS);
    }

    private static Scenario site(String name, double load, double age) {
        return Scenario.of(name, HOSTS, CORES, load, age);
    }

    /** Returns hosts of three kinds, in turn. */
    private static List<HostSpec> thirds(
            int cores1, double speed1, int cores2, double speed2, int cores3, double speed3) {
        List<HostSpec> kinds = List.of(
                new HostSpec(cores1, speed1, 64 * Scenario.GIB),
                new HostSpec(cores2, speed2, 64 * Scenario.GIB),
                new HostSpec(cores3, speed3, 64 * Scenario.GIB));
        List<HostSpec> hosts = new ArrayList<>();
        for (int i = 0; i < HOSTS; i++) {
            hosts.add(kinds.get(i % kinds.size()));
        }
        return hosts;
    }
}
