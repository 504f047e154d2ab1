package io.loadshare.bench;

import io.loadshare.bench.agent.AgentCommand;
import io.loadshare.bench.charts.ChartsCommand;
import io.loadshare.bench.compare.DesktopCommand;
import io.loadshare.bench.compare.PlaceCommand;
import io.loadshare.bench.compare.ScanCommand;
import io.loadshare.bench.compare.StreamCommand;
import io.loadshare.bench.compare.SubmitCommand;
import io.loadshare.bench.compare.WaitCommand;
import io.loadshare.bench.decide.DecideCommand;
import io.loadshare.bench.simulate.SimulateCommand;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The command line of the benchmarks. Tables go to stdout, progress to stderr. */
@Command(
        name = "bench/run",
        description = "Measures how well and how fast loadshare works.",
        mixinStandardHelpOptions = true,
        subcommands = {
            AgentCommand.class,
            SimulateCommand.class,
            DecideCommand.class,
            ScanCommand.class,
            PlaceCommand.class,
            StreamCommand.class,
            SubmitCommand.class,
            WaitCommand.class,
            DesktopCommand.class,
            ChartsCommand.class
        })
public final class Bench {

    private static final int USAGE = 64;
    private static final int UNAVAILABLE = 69;

    private Bench() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Bench()).setExecutionExceptionHandler(Bench::failed);
        line.getCommandSpec().exitCodeOnInvalidInput(USAGE);
        line.getSubcommands().values().forEach(command -> command.getCommandSpec()
                .exitCodeOnInvalidInput(USAGE));
        return line;
    }

    /** Reports what this machine lacks and returns the exit status. */
    private static int failed(Exception e, CommandLine line, ParseResult parsed) throws Exception {
        if (e instanceof IOException) {
            line.getErr().println("bench: " + e.getMessage());
            return UNAVAILABLE;
        }
        throw e;
    }
}
