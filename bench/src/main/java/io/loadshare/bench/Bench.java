package io.loadshare.bench;

import io.loadshare.bench.compare.PlaceCommand;
import io.loadshare.bench.compare.ScanCommand;
import io.loadshare.bench.decide.DecideCommand;
import io.loadshare.bench.simulate.SimulateCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the benchmarks. Tables go to stdout, progress to stderr. */
@Command(
        name = "bench/run",
        description = "Measures how well and how fast loadshare works.",
        mixinStandardHelpOptions = true,
        subcommands = {SimulateCommand.class, DecideCommand.class, ScanCommand.class, PlaceCommand.class})
public final class Bench {

    private Bench() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }
}
