package io.loadshare.cli;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program itself: what all commands have in common. */
@Command(
        name = "loadshare",
        description = "Sends each job to the right machine.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "[COMMAND]",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Without a command: the load of all hosts (loadshare load).",
            "Exit status: 64 usage, 65 bad data, 66 no such job or directory, 69 no host, 70 own fault, 74 state,",
            "75 limit reached, 76 connection lost, 77 refused, 78 configuration; 'run' gives the command's own."
        })
final class LoadshareCommand {

    private final Wiring wiring;

    LoadshareCommand(Wiring wiring) {
        this.wiring = wiring;
    }

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Read this configuration instead of ~/.config/loadshare/config.yaml.")
    void setConfig(Path file) {
        wiring.useConfiguration(file);
    }
}
