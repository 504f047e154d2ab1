package io.loadshare.cli.command;

import io.loadshare.config.YamlWriter;
import io.loadshare.host.Host;
import java.util.Map;
import java.util.Set;

/**
 * The configuration of one host's agent: the settings of ours that concern agents, without those that hold only on our
 * machine.
 */
final class AgentConfiguration {

    private static final Set<String> GROUPS = Set.of("licenses", "scan", "placement", "agent");

    private AgentConfiguration() {}

    /**
     * @param effective the output of {@code config show}
     * @param place the agent's directory on the host; its token, if any, is the file {@code token} in it
     */
    static String of(String effective, Host host, String place) {
        StringBuilder text =
                new StringBuilder("# Written by 'loadshare agents add', which replaces it when it is run again.\n");
        text.append("hosts:\n  - ")
                .append(YamlWriter.line(Map.of("name", host.name().value(), "local", "true")))
                .append('\n');
        text.append("state:\n  directory: ")
                .append(YamlWriter.line(place + "/state"))
                .append("\n  shared: false\n");
        boolean wanted = false;
        for (String line : effective.split("\n")) {
            if (!line.startsWith(" ")) {
                wanted = GROUPS.contains(line.split(":", 2)[0]);
            }
            if (wanted) {
                boolean token = line.startsWith("  tokenFile: ") && !line.startsWith("  tokenFile: none ");
                text.append(token ? "  tokenFile: " + YamlWriter.line(place + "/token") : line)
                        .append('\n');
            }
        }
        return text.toString();
    }
}
