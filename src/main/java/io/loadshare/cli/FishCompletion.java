package io.loadshare.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The generator of the program's completion for fish, which picocli does not support. */
final class FishCompletion {

    private static final String PROGRAM = "loadshare";

    private final List<String> lines = new ArrayList<>();

    private FishCompletion() {}

    /** Returns the text of the fish completion file, from all commands and their options. */
    static String of(CommandLine program) {
        FishCompletion completion = new FishCompletion();
        completion.lines.add("# Completion of loadshare for fish, written by its build.");
        completion.addCommand(program, List.of());
        return String.join("\n", completion.lines) + "\n";
    }

    /** @param path the names of the command and of its parents, without the program's name */
    private void addCommand(CommandLine command, List<String> path) {
        String condition = condition(path, command);
        command.getSubcommands().forEach((name, subcommand) -> {
            if (!subcommand.getCommandSpec().usageMessage().hidden()) {
                add(condition, "-f -a " + name, description(subcommand.getCommandSpec()));
                List<String> below = new ArrayList<>(path);
                below.add(name);
                addCommand(subcommand, below);
            }
        });
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (!option.hidden()) {
                add(condition, words(option), first(option.description()));
            }
        }
    }

    /** Returns a fish condition that is true when these words, and no subcommand after them, have been typed. */
    private static String condition(List<String> path, CommandLine command) {
        List<String> conditions = new ArrayList<>();
        path.forEach(word -> conditions.add("__fish_seen_subcommand_from " + word));
        if (!command.getSubcommands().isEmpty()) {
            conditions.add("not __fish_seen_subcommand_from "
                    + String.join(" ", command.getSubcommands().keySet()));
        }
        return String.join("; and ", conditions);
    }

    private void add(String condition, String words, String description) {
        String where = condition.isEmpty() ? "" : " -n " + quoted(condition);
        lines.add("complete -c " + PROGRAM + where + " " + words + " -d " + quoted(description));
    }

    private static String words(OptionSpec option) {
        StringBuilder words = new StringBuilder();
        for (String name : option.names()) {
            String letters = name.replaceFirst("^-+", "");
            words.append(letters.length() == 1 ? "-s " : name.startsWith("--") ? "-l " : "-o ")
                    .append(letters)
                    .append(' ');
        }
        boolean takesValue = option.arity().max() > 0;
        return words.append(takesValue ? "-r" : "-f").toString();
    }

    private static String description(CommandSpec command) {
        return first(command.usageMessage().description());
    }

    private static String first(String[] description) {
        return description.length == 0 ? "" : description[0].replaceFirst("(?s)\\. .*|\\.$", "");
    }

    private static String quoted(String text) {
        return "'"
                + text.replace("\\", "\\\\")
                        .replace("'", "\\'")
                        .replace("%n", " ")
                        .replace("\n", " ") + "'";
    }
}
