package io.loadshare.cli;

import java.util.List;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Range;

/**
 * An option or the words of a command, declared by code; once the command line is parsed, it has a value. The program and
 * the commands that place jobs or show the load declare themselves so, since people and scripts wait for them: until the
 * first annotation is read, a JVM needs as long as it needs to start. All other commands use picocli's annotations.
 *
 * @param <T> the value's type
 * @param otherwise the value if it is not given
 */
record OptionBinding<T>(ArgSpec spec, T otherwise) {

    /** A command with all that may stand behind its name; what it does is {@link java.util.concurrent.Callable#call}. */
    static CommandSpec command(Object command, String name, String description, OptionBinding<?>... arguments) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command).name(name);
        spec.usageMessage().description(description);
        return addAll(spec, arguments);
    }

    /** Gives a command more options or words. */
    static CommandSpec addAll(CommandSpec command, OptionBinding<?>... arguments) {
        for (OptionBinding<?> argument : arguments) {
            command.add(argument.spec);
        }
        return command;
    }

    /** Gives a command options of which one at most may be given. */
    static void addOneOf(CommandSpec command, OptionBinding<?>... options) {
        ArgGroupSpec.Builder group = ArgGroupSpec.builder();
        for (OptionBinding<?> option : options) {
            group.addArg(option.spec);
        }
        command.addArgGroup(group.build());
    }

    /** An option without a value. */
    static OptionBinding<Boolean> flag(String name, String description) {
        return option(false, description, OptionSpec.builder(name).type(boolean.class));
    }

    /** An option with a text, which is null if the option is not given. */
    static OptionBinding<String> text(String name, String label, String description) {
        return option(
                null, description, OptionSpec.builder(name).type(String.class).paramLabel(label));
    }

    /** Any other option. */
    static <T> OptionBinding<T> option(T otherwise, String description, OptionSpec.Builder option) {
        return new OptionBinding<>(
                option.initialValue(otherwise).description(description).build(), otherwise);
    }

    /** One word that is no option, or null. */
    static OptionBinding<String> word(String label, String description) {
        return words(
                null, label, "0..1", description, PositionalParamSpec.builder().type(String.class));
    }

    /** All words that are no options, so many as the arity says. */
    static OptionBinding<List<String>> words(String label, String arity, String description) {
        PositionalParamSpec.Builder words =
                PositionalParamSpec.builder().type(List.class).auxiliaryTypes(String.class);
        return words(List.of(), label, arity, description, words);
    }

    private static <T> OptionBinding<T> words(
            T otherwise, String label, String arity, String description, PositionalParamSpec.Builder words) {
        words.initialValue(otherwise).paramLabel(label).description(description);
        words.arity(arity).required(Range.valueOf(arity).min() > 0);
        return new OptionBinding<>(words.build(), otherwise);
    }

    /** The value, once the command line is parsed. */
    T value() {
        T given = spec.getValue();
        return given == null ? otherwise : given;
    }
}
