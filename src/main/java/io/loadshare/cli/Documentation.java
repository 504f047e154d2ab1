package io.loadshare.cli;

import io.loadshare.cli.command.Commands;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.services.CommandServices;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** The generator of the sources of the manual pages and the shell completion from the commands; the build runs it. */
public final class Documentation {

    private Documentation() {}

    /**
     * @param args the build's output directory
     */
    public static void main(String[] args) throws IOException {
        Path target = Path.of(args[0]);
        Console console = Console.ofProcess();
        CommandLine program = Commands.all(CommandServices.ofProcess(console), console);
        File manual = Files.createDirectories(target.resolve("man-sources")).toFile();
        int status = ManPageGenerator.generateManPage(manual, null, new boolean[0], true, program.getCommandSpec());
        if (status != 0) {
            throw new IOException("the manual pages could not be written to " + manual + ": status " + status);
        }
        Path completion = Files.createDirectories(target.resolve("completion"));
        Files.writeString(completion.resolve("loadshare"), AutoComplete.bash("loadshare", program));
        Files.writeString(completion.resolve("loadshare.fish"), FishCompletion.of(program));
    }
}
