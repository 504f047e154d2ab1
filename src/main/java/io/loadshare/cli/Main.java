package io.loadshare.cli;

import io.loadshare.cli.console.Console;
import io.loadshare.cli.options.RawArguments;
import io.loadshare.cli.services.CommandServices;
import java.nio.file.Path;
import java.util.List;

/** The entry point of the program: reads the arguments from the kernel and runs the command they name. */
public final class Main {

    private Main() {}

    /**
     * @param args the name under which the program was called, then its arguments
     */
    public static void main(String[] args) {
        List<String> words = RawArguments.read(Path.of("/proc/self/cmdline"), Main.class.getName(), args);
        List<String> commandLine = CommandAliases.commandLine(words.get(0), words.subList(1, words.size()));
        Console console = Console.ofProcess();
        int status = new CommandRunner(CommandServices.ofProcess(console), console).run(commandLine);
        // Threads of a library that do not end by themselves must not keep a finished command alive.
        System.exit(status);
    }
}
