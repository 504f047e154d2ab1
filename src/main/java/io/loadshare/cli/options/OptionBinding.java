package io.loadshare.cli.options;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Range;

/**
 * An option or the positional words of a command, declared by code; it has a value once the command line is parsed. The
 * program and the commands that place jobs or show the load use these declarations, since people and scripts wait for
 * them: reading the first annotation takes a JVM as long as its start. All other commands use picocli's annotations.
 * picocli's own model of the option is built on first use, which never happens for plain command lines.
 *
 * @param <T> the value's type
 */
public final class OptionBinding<T> {

    private final String plainName;
    private final Function<String, T> plainValue;
    private final T otherwise;
    private final Supplier<? extends ArgSpec> model;
    private ArgSpec spec;
    private T given;

    /**
     * @param plainName the name under which {@link PlainArguments} knows it; null if only picocli knows it
     * @param plainValue parses the value from the text after the name
     * @param otherwise the value if the option is not given
     */
    private OptionBinding(
            String plainName, Function<String, T> plainValue, T otherwise, Supplier<? extends ArgSpec> model) {
        this.plainName = plainName;
        this.plainValue = plainValue;
        this.otherwise = otherwise;
        this.model = model;
    }

    /** Returns a command with its options and words; its action is {@link java.util.concurrent.Callable#call}. */
    public static CommandSpec command(Object command, String name, String description, OptionBinding<?>... arguments) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command).name(name);
        spec.usageMessage().description(description);
        return addAll(spec, arguments);
    }

    /** Adds options or words to a command. */
    public static CommandSpec addAll(CommandSpec command, OptionBinding<?>... arguments) {
        for (OptionBinding<?> argument : arguments) {
            command.add(argument.spec());
        }
        return command;
    }

    /** Adds options to a command, at most one of which may be given. */
    static void addOneOf(CommandSpec command, OptionBinding<?>... options) {
        ArgGroupSpec.Builder group = ArgGroupSpec.builder();
        for (OptionBinding<?> option : options) {
            group.addArg(option.spec());
        }
        command.addArgGroup(group.build());
    }

    /** Returns an option without a value. */
    public static OptionBinding<Boolean> flag(String name, String description) {
        return new OptionBinding<>(name, text -> true, false, () -> OptionSpec.builder(name)
                .type(boolean.class)
                .initialValue(false)
                .description(description)
                .build());
    }

    /** Returns an option with a text, which is null if the option is not given. */
    public static OptionBinding<String> text(String name, String label, String description) {
        return new OptionBinding<>(name, text -> text, null, () -> OptionSpec.builder(name)
                .type(String.class)
                .paramLabel(label)
                .initialValue(null)
                .description(description)
                .build());
    }

    /** Returns an option with a text that may be repeated. */
    public static OptionBinding<List<String>> texts(String name, String label, String description) {
        return new OptionBinding<>(name, List::of, List.of(), () -> OptionSpec.builder(name)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .initialValue(List.of())
                .description(description)
                .build());
    }

    /** Returns an option of any other kind. */
    public static <T> OptionBinding<T> option(T otherwise, String description, Supplier<OptionSpec.Builder> option) {
        return new OptionBinding<>(null, null, otherwise, () -> option.get()
                .initialValue(otherwise)
                .description(description)
                .build());
    }

    /** Returns a binding for one word that is not an option, or null. */
    public static OptionBinding<String> word(String label, String description) {
        return words(null, label, "0..1", description, () -> PositionalParamSpec.builder()
                .type(String.class));
    }

    /** Returns a binding for all words that are not options; the arity limits their number. */
    public static OptionBinding<List<String>> words(String label, String arity, String description) {
        return words(List.of(), label, arity, description, () -> PositionalParamSpec.builder()
                .type(List.class)
                .auxiliaryTypes(String.class));
    }

    private static <T> OptionBinding<T> words(
            T otherwise, String label, String arity, String description, Supplier<PositionalParamSpec.Builder> words) {
        return new OptionBinding<>(null, null, otherwise, () -> words.get()
                .initialValue(otherwise)
                .paramLabel(label)
                .description(description)
                .arity(arity)
                .required(Range.valueOf(arity).min() > 0)
                .build());
    }

    /** Returns whether a plain command line may contain it under this name. */
    boolean isNamed(String word) {
        return word.equals(plainName);
    }

    boolean isFlag() {
        return otherwise instanceof Boolean;
    }

    /** Sets the value from the text after its name. */
    void give(String text) {
        given = plainValue.apply(text);
    }

    /** Returns its model in picocli. */
    public ArgSpec spec() {
        if (spec == null) {
            spec = model.get();
        }
        return spec;
    }

    /** Returns the value, once the command line is parsed. */
    public T value() {
        T value = spec == null ? given : spec.getValue();
        return value == null ? otherwise : value;
    }
}
