package io.loadshare.cli.command;

import io.loadshare.Quoted;
import io.loadshare.Suggestions;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.services.CommandServices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/**
 * All commands by name. Only the command that a command line names is created, since reading the annotations of all
 * commands would take longer than most commands run.
 */
public final class Commands {

    private static final List<String> NAMES = List.of(
            "load",
            "best",
            "run",
            "jobs",
            "queue",
            "status",
            "logs",
            "attach",
            "kill",
            "history",
            "desktop",
            "spm",
            "launch",
            "licenses",
            "scan",
            "cron",
            "drain",
            "undrain",
            "known-hosts",
            "state",
            "agent",
            "agents",
            "config");

    private static final Set<String> PROGRAM_WORDS = Set.of("-h", "--help", "-V", "--version", "help");

    /* Types that no option has, and a search of all jars for Groovy, which take picocli as long as all else it does. */
    static {
        System.setProperty("picocli.converters.excludes", "java.[st].*");
        System.setProperty("picocli.disable.closures", "true");
    }

    private Commands() {}

    /** Returns the names of all commands. */
    static List<String> names() {
        return NAMES;
    }

    /** Creates a command for picocli: declared by code, or annotated. */
    private static Object make(String name, CommandServices wiring, Console console) {
        return switch (name) {
            case "load" -> new LoadCommand(wiring, console).spec();
            case "best" -> new BestCommand(wiring, console).spec();
            case "run" -> new RunCommand(wiring, console).spec();
            case "jobs" -> new JobsCommand(wiring, console);
            case "queue" -> new QueueCommand(wiring, console);
            case "status" -> new StatusCommand(wiring, console);
            case "logs" -> new LogsCommand(wiring, console);
            case "attach" -> new AttachCommand(wiring, console);
            case "kill" -> new KillCommand(wiring, console);
            case "history" -> new HistoryCommand(wiring, console);
            case "desktop" -> new DesktopCommand(wiring, console).spec();
            case "spm" -> new SpmCommand(wiring, console).spec();
            case "launch" -> new LaunchCommand(wiring, console).spec();
            case "licenses" -> new LicensesCommand(wiring, console);
            case "scan" -> new ScanCommand(wiring, console);
            case "cron" -> new CronCommand(wiring, console);
            case "drain" -> new DrainCommand(wiring, console);
            case "undrain" -> new UndrainCommand(wiring, console);
            case "known-hosts" -> new KnownHostsCommand(wiring, console);
            case "state" -> new StateCommand(wiring, console);
            case "agent" -> new AgentCommand(wiring, console);
            case "agents" -> new AgentsCommand(wiring, console);
            case "config" -> new ConfigCommand(wiring, console);
            default -> throw new IllegalArgumentException("no command is named " + name);
        };
    }

    /** Returns the command of a plain command line; empty if picocli must parse the line. */
    public static Optional<Callable<Integer>> plain(List<String> words, CommandServices services, Console console) {
        if (words.isEmpty() || !words.get(0).equals("best")) {
            return Optional.empty();
        }
        BestCommand best = new BestCommand(services, console);
        return best.readPlain(words.subList(1, words.size())) ? Optional.of(best) : Optional.empty();
    }

    /**
     * Returns the program with the one command that the words name, or with all commands if the words ask for help or
     * name none.
     */
    public static CommandLine forWords(List<String> words, CommandServices wiring, Console console) {
        String name = withDefault(words).get(firstOwnWord(words));
        if (!NAMES.contains(name) && !name.endsWith("version") && !name.equals("-V")) {
            return all(wiring, console);
        }
        CommandLine program = new CommandLine(new LoadshareCommand(wiring).spec());
        if (NAMES.contains(name)) {
            program.addSubcommand(name, make(name, wiring, console));
        }
        configure(program);
        return program;
    }

    /** Returns the program with all commands, for help, completion and manual pages. */
    public static CommandLine all(CommandServices wiring, Console console) {
        CommandLine program = new CommandLine(new LoadshareCommand(wiring).spec());
        NAMES.forEach(name -> program.addSubcommand(name, make(name, wiring, console)));
        configure(program);
        return program;
    }

    private static void configure(CommandLine program) {
        program.setUsageHelpAutoWidth(true);
        program.setCaseInsensitiveEnumValuesAllowed(true);
        program.setAbbreviatedOptionsAllowed(false);
        program.setExpandAtFiles(false);
        // Words after a command's first word belong to that command.
        for (String name : List.of("run", "launch")) {
            CommandLine command = program.getSubcommands().get(name);
            if (command != null) {
                command.setStopAtPositional(true);
            }
        }
    }

    /**
     * Adds the command {@code load} to words that name no command: plain {@code loadshare}, {@code loadshare POOL} and
     * {@code loadshare --json} show the load.
     */
    public static List<String> withDefault(List<String> words) {
        int first = firstOwnWord(words);
        if (first < words.size() && (NAMES.contains(words.get(first)) || PROGRAM_WORDS.contains(words.get(first)))) {
            return words;
        }
        List<String> changed = new ArrayList<>(words);
        changed.add(first, "load");
        return changed;
    }

    /**
     * Returns the message for a first word that is not a command, or null if there is none: the load of a pool takes no
     * more words.
     */
    public static String unknownCommand(List<String> words) {
        int first = firstOwnWord(words);
        String word = first < words.size() ? words.get(first) : "-";
        if (word.startsWith("-") || NAMES.contains(word) || PROGRAM_WORDS.contains(word)) {
            return null;
        }
        return "unknown command " + Quoted.of(word) + Suggestions.didYouMean(word, NAMES) + "; see 'loadshare --help'";
    }

    /** Returns the position at which the program's own options end and the command begins. */
    private static int firstOwnWord(List<String> words) {
        int i = 0;
        while (i < words.size() && words.get(i).startsWith("--config")) {
            i += words.get(i).equals("--config") ? 2 : 1;
        }
        return Math.min(i, words.size());
    }
}
