package io.loadshare.software;

import io.loadshare.Quoted;
import io.loadshare.host.HostName;
import io.loadshare.transport.ShellWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program of the catalog.
 *
 * @param name the file name, which users type
 * @param arguments templates of the arguments that precede those of the user, for instance {@code -openmp {slots}}
 */
public record Program(String name, List<String> arguments) {

    public Program {
        arguments = List.copyOf(arguments);
        if (!HostName.isArgument(name) || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    "a command must be the name of a program, without a directory, was " + Quoted.of(name));
        }
        for (String argument : arguments) {
            if (!Template.placeholders(argument).stream().allMatch("slots"::equals)) {
                throw new IllegalArgumentException("an argument of the command '" + name
                        + "' can contain only the placeholder {slots}, was " + Quoted.of(argument));
            }
        }
    }

    /**
     * Parses a name and its arguments, separated by blanks and quoted as for a shell.
     *
     * @throws IllegalArgumentException if the text is not one
     */
    public static Program parse(String text) {
        List<String> words = ShellWords.split(text);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a command must be the name of a program, was " + Quoted.of(text));
        }
        return new Program(words.get(0), words.subList(1, words.size()));
    }

    /** Returns the argv that runs it with the user's arguments. */
    public List<String> argv(List<String> userArguments, int slots) {
        List<String> argv = new ArrayList<>();
        argv.add(name);
        Map<String, String> values = Map.of("slots", Template.slots(slots));
        arguments.forEach(argument -> argv.add(Template.expand(argument, values)));
        argv.addAll(userArguments);
        return argv;
    }

    /** Returns the text that {@link #parse} reads. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>(List.of(name));
        words.addAll(arguments);
        return ShellWords.join(words);
    }
}
