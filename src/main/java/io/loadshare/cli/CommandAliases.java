package io.loadshare.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The names of links to the program, and the command lines they represent. */
final class CommandAliases {

    private static final Map<String, List<String>> NAMES = Map.ofEntries(
            Map.entry("showload", List.of("load")),
            Map.entry("sciclust", List.of("run", "--joined", "--no-input")),
            Map.entry("sciclust_server", List.of("agent")),
            Map.entry("sciclust_add", List.of("agents", "add")),
            Map.entry("sciclust_remove", List.of("agents", "remove")),
            Map.entry("sciclust_check", List.of("agents", "check")),
            Map.entry("sciclust_check_nodes", List.of("agents", "check")),
            Map.entry("spm", List.of("spm")),
            Map.entry("bestmegmachine", List.of("best", "--software", "meg")),
            Map.entry("runmne", List.of("launch")));

    private CommandAliases() {}

    /**
     * Returns the command line for arguments passed to the program under a name; any unknown name is software to
     * launch.
     */
    static List<String> commandLine(String name, List<String> arguments) {
        if (name.equals("loadshare")) {
            return arguments;
        }
        List<String> words = new ArrayList<>(NAMES.getOrDefault(name, List.of("launch", "--", name)));
        words.addAll(arguments);
        return words;
    }
}
