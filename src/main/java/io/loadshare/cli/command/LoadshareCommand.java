package io.loadshare.cli.command;

import io.loadshare.cli.options.OptionBinding;
import io.loadshare.cli.services.CommandServices;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/** The program itself, with the parts that all commands have in common. */
final class LoadshareCommand {

    private final CommandServices wiring;

    LoadshareCommand(CommandServices wiring) {
        this.wiring = wiring;
    }

    CommandSpec spec() {
        CommandSpec spec = OptionBinding.command(this, "loadshare", "Sends each job to the right machine.")
                .scopeType(ScopeType.INHERIT)
                .versionProvider(new Version())
                .addOption(help().build())
                .addOption(version().build())
                .addOption(configuration().build());
        spec.usageMessage()
                .synopsisSubcommandLabel("[COMMAND]")
                .commandListHeading("%nCommands:%n")
                .footer(
                        "",
                        "Without a command: the load of all hosts (loadshare load).",
                        "Exit status: 64 usage, 65 bad data, 66 no such job or directory, 69 no host, 70 own fault, 74 state,",
                        "75 limit reached, 76 connection lost, 77 refused, 78 configuration; 'run': the command's own.");
        return spec;
    }

    private static OptionSpec.Builder help() {
        return common("-h", "--help").usageHelp(true).description("Show this help message and exit.");
    }

    private static OptionSpec.Builder version() {
        return common("-V", "--version").versionHelp(true).description("Print version information and exit.");
    }

    private OptionSpec.Builder configuration() {
        return common("--config")
                .type(Path.class)
                .paramLabel("FILE")
                .hasInitialValue(false)
                .setter(new ConfigurationFile())
                .description("Read this configuration instead of ~/.config/loadshare/config.yaml.");
    }

    /** Returns an option that all commands have. */
    private static OptionSpec.Builder common(String... names) {
        return OptionSpec.builder(names).scopeType(ScopeType.INHERIT);
    }

    /** The setter of the configuration's path, which is known before a command runs. */
    private final class ConfigurationFile implements ISetter {

        @Override
        public <T> T set(T file) {
            wiring.useConfiguration((Path) file);
            return null;
        }
    }
}
