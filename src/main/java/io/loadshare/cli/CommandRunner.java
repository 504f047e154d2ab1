package io.loadshare.cli;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.cli.command.Commands;
import io.loadshare.cli.command.Version;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.OutputClosedException;
import io.loadshare.cli.services.CommandServices;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** The runner of a command line: parses it, runs the command, and turns the result into messages and an exit status. */
final class CommandRunner implements CommandLine.IParameterExceptionHandler, CommandLine.IExecutionExceptionHandler {

    private final CommandServices wiring;
    private final Console console;
    private List<String> typed = List.of();

    CommandRunner(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    int run(List<String> words) {
        if (words.equals(List.of("--version")) || words.equals(List.of("-V"))) {
            console.out().println(Version.line()); // without the options of all commands, this takes half the time
            return 0;
        }
        try {
            Optional<Callable<Integer>> plain = Commands.plain(words, wiring, console);
            return plain.isPresent() ? run(plain.get()) : parse(words);
        } finally {
            wiring.close();
        }
    }

    private int run(Callable<Integer> command) {
        try {
            return command.call();
        } catch (Exception e) {
            return status(e);
        }
    }

    private int parse(List<String> words) {
        typed = words;
        CommandLine commandLine = Commands.forWords(words, wiring, console);
        commandLine.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
        commandLine.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        commandLine.setParameterExceptionHandler(this);
        commandLine.setExecutionExceptionHandler(this);
        return commandLine.execute(Commands.withDefault(words).toArray(new String[0]));
    }

    @Override
    public int handleParseException(CommandLine.ParameterException e, String[] words) {
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        String unknown = Commands.unknownCommand(typed);
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched
                && unknown == null
                && !unmatched.isUnknownOption()) {
            String argument = Quoted.of(unmatched.getUnmatched().get(0));
            boolean nodeSet = unmatched.getUnmatched().get(0).matches("\\w.*") && typed.contains("--hosts");
            console.say("'" + name + "' does not take " + argument
                    + (nodeSet ? "; quote node sets, since the shell expands brackets: --hosts 'l0[1-2]'" : "")
                    + "; see '" + name + " --help'");
        } else if (unknown != null) {
            console.say(unknown);
        } else {
            console.say(e.getMessage().replaceFirst("^Error: ", "") + "; see '" + name + " --help'");
            CommandLine.UnmatchedArgumentException.printSuggestions(
                    e, new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        }
        return LoadshareException.Kind.USAGE.exitStatus();
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        return status(e);
    }

    /** Turns a failure into an exit status; no other code does so. */
    private int status(Exception e) {
        if (e instanceof OutputClosedException) {
            return OutputClosedException.EXIT_STATUS;
        }
        if (e instanceof LoadshareException failure) {
            console.say(failure.getMessage());
            return failure.kind().exitStatus();
        }
        console.say("a fault of loadshare itself: " + e + "; please report it with these lines");
        e.printStackTrace(console.err());
        return LoadshareException.Kind.SOFTWARE.exitStatus();
    }
}
