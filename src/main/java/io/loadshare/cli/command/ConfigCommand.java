package io.loadshare.cli.command;

import io.loadshare.LoadshareException;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.config.LoadedConfiguration;
import io.loadshare.config.Problem;
import io.loadshare.config.imports.ConfigurationImport;
import io.loadshare.config.imports.ImportedConfiguration;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code config}, for the configuration. */
@Command(name = "config", description = "Check, show or import the configuration.", synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand implements Runnable {

    private final CommandServices wiring;
    private final Console console;

    @Spec
    private CommandSpec spec;

    ConfigCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "config needs a command: check, show or import");
    }

    @Command(description = "Report the errors of the configuration, if any.")
    int check() {
        LoadedConfiguration loaded = wiring.loadedConfiguration();
        loaded.warnings().forEach(warning -> console.say("warning: " + warning));
        int hosts = loaded.configuration().inventory().size();
        int pools = loaded.configuration().inventory().pools().size();
        console.out()
                .println("Configuration OK: " + hosts + (hosts == 1 ? " host, " : " hosts, ") + pools
                        + (pools == 1 ? " pool." : " pools."));
        return 0;
    }

    @Command(description = "Print the effective configuration, with the source of each value.")
    int show() {
        LoadedConfiguration loaded = wiring.loadedConfiguration();
        loaded.warnings().forEach(warning -> console.say("warning: " + warning));
        console.out().print(loaded.show());
        return 0;
    }

    @Command(
            name = "import",
            description = "Convert files of SCICLUST, or a loadsharesettings.py, to a configuration on stdout.")
    int importFiles(@Parameters(paramLabel = "FILE", arity = "1..*") List<Path> files) {
        ImportedConfiguration imported = ConfigurationImport.of(files);
        for (Problem note : imported.notes()) {
            console.say(note.toString());
        }
        if (!imported.namesHosts()) {
            throw new LoadshareException(
                    LoadshareException.Kind.DATA,
                    "cannot import " + files.stream().map(Path::toString).collect(Collectors.joining(", "))
                            + ": no host found. SCICLUST lists its hosts in the option 'nodes', LoadShare in"
                            + " 'allmachines' or a list such as 'spmmachines'; add the file that has them.");
        }
        console.out().print(imported.yaml());
        return 0;
    }
}
