package io.loadshare.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import picocli.CommandLine;

/**
 * All commands by name. Only the one that a command line names is made, since reading the annotations of all of them
 * would take longer than most commands run.
 */
final class Commands {

    private static final Map<String, BiFunction<Wiring, Console, Object>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("load", LoadCommand::new);
        ALL.put("best", BestCommand::new);
        ALL.put("run", RunCommand::new);
        ALL.put("jobs", JobsCommand::new);
        ALL.put("logs", LogsCommand::new);
        ALL.put("attach", AttachCommand::new);
        ALL.put("kill", KillCommand::new);
        ALL.put("history", HistoryCommand::new);
        ALL.put("spm", SpmCommand::new);
        ALL.put("launch", LaunchCommand::new);
        ALL.put("licenses", LicensesCommand::new);
        ALL.put("scan", ScanCommand::new);
        ALL.put("cron", CronCommand::new);
        ALL.put("drain", DrainCommand::new);
        ALL.put("undrain", UndrainCommand::new);
        ALL.put("known-hosts", KnownHostsCommand::new);
        ALL.put("state", StateCommand::new);
        ALL.put("agent", AgentCommand::new);
        ALL.put("agents", AgentsCommand::new);
        ALL.put("config", ConfigCommand::new);
    }

    private static final Set<String> PROGRAM_WORDS = Set.of("-h", "--help", "-V", "--version", "help");

    private Commands() {}

    /** The names of all commands. */
    static Set<String> names() {
        return ALL.keySet();
    }

    /** The program with the one command that the words name, or with all of them where help or none is asked for. */
    static CommandLine forWords(List<String> words, Wiring wiring, Console console) {
        String name = withDefault(words).get(firstOwnWord(words));
        if (!ALL.containsKey(name) && !name.endsWith("version") && !name.equals("-V")) {
            return all(wiring, console);
        }
        CommandLine program = new CommandLine(new LoadshareCommand(wiring));
        if (ALL.containsKey(name)) {
            program.addSubcommand(name, ALL.get(name).apply(wiring, console));
        }
        configure(program);
        return program;
    }

    /** The program with all commands, for help, completion and manual pages. */
    static CommandLine all(Wiring wiring, Console console) {
        CommandLine program = new CommandLine(new LoadshareCommand(wiring));
        ALL.forEach((name, maker) -> program.addSubcommand(name, maker.apply(wiring, console)));
        configure(program);
        return program;
    }

    private static void configure(CommandLine program) {
        program.setUsageHelpAutoWidth(true);
        program.setCaseInsensitiveEnumValuesAllowed(true);
        program.setAbbreviatedOptionsAllowed(false);
        program.setExpandAtFiles(false);
        // What stands behind a command's first word belongs to that command.
        List.of("run", "launch").stream()
                .map(program.getSubcommands()::get)
                .filter(Objects::nonNull)
                .forEach(command -> command.setStopAtPositional(true));
    }

    /** Plain {@code loadshare}, {@code loadshare POOL} and {@code loadshare --json} show the load. */
    static List<String> withDefault(List<String> words) {
        int first = firstOwnWord(words);
        if (first < words.size() && (ALL.containsKey(words.get(first)) || PROGRAM_WORDS.contains(words.get(first)))) {
            return words;
        }
        List<String> changed = new ArrayList<>(words);
        changed.add(first, "load");
        return changed;
    }

    /** Where the program's own option ends and the command begins. */
    private static int firstOwnWord(List<String> words) {
        int i = 0;
        while (i < words.size() && words.get(i).startsWith("--config")) {
            i += words.get(i).equals("--config") ? 2 : 1;
        }
        return Math.min(i, words.size());
    }
}
