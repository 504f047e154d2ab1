package io.loadshare.job;

import io.loadshare.transport.ShellWords;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What to run. All strings are bytes as {@link ShellWords} holds them.
 *
 * @param id 1 to 64 letters, digits, '_' and '-', not beginning with '-'; never used twice
 * @param slots cores it will use, at least 1
 * @param directory where it starts; by default the home directory
 * @param environment variables it sees beside those of a login
 * @param secrets variables that stand in no argv and in no file once it runs; its owner's processes can see them
 * @param setup what a shell does before the program in the same environment
 * @param output what becomes of its output, if it is detached
 */
public record JobSpec(
        String id,
        int slots,
        Program program,
        Optional<Directory> directory,
        Map<String, String> environment,
        Map<String, String> secrets,
        Optional<Setup> setup,
        Output output) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,63}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** A program and its arguments, or a script. */
    public sealed interface Program {
        /** For people, on one line. */
        String display();
    }

    /** Its arguments arrive byte for byte. The first is looked up in PATH on the host; it is never a shell's builtin. */
    public record Argv(List<String> words) implements Program {
        public Argv {
            words = List.copyOf(words);
            if (words.isEmpty() || words.get(0).isEmpty()) {
                throw new IllegalArgumentException("a job needs a command");
            }
            words.forEach(word -> requireNoNul("argument", word));
        }

        @Override
        public String display() {
            return ShellWords.display(ShellWords.join(words));
        }
    }

    /**
     * A script that names its interpreter in its first line ({@code #!}), or is read by {@code /bin/sh -xe} as Jenkins'
     * shell steps are.
     */
    public record Script(String text) implements Program {
        public Script {
            requireNoNul("script", text);
        }

        @Override
        public String display() {
            return text.isBlank() ? "(empty script)" : ShellWords.display(text.strip());
        }
    }

    /**
     * @param required whether the job fails with status 66 where the host lacks it; otherwise it then starts at home
     */
    public record Directory(String path, boolean required) {
        public Directory {
            requireNoNul("directory", path);
        }
    }

    /**
     * @param shell which reads the lines: any that knows {@code -c} and {@code exec}
     */
    public record Setup(String shell, String lines) {
        public Setup {
            requireNoNul("setup shell", shell);
            requireNoNul("setup", lines);
        }
    }

    /** Where a detached job's output goes. */
    public enum Output {
        /** Stdout and stderr to one file, in the order they were written. */
        JOINED,
        /** Stdout to a file of its own. */
        APART
    }

    public JobSpec {
        requireId(id);
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(setup, "setup");
        Objects.requireNonNull(output, "output");
        if (slots < 1) {
            throw new IllegalArgumentException("slots of job " + id + " must be ≥ 1, was " + slots);
        }
        environment = checked("environment", environment);
        secrets = checked("secrets", secrets);
    }

    /** A job of one slot that runs a program in the home directory. */
    public static JobSpec of(String id, List<String> argv) {
        return of(id, new Argv(argv));
    }

    public static JobSpec of(String id, Program program) {
        return new JobSpec(id, 1, program, Optional.empty(), Map.of(), Map.of(), Optional.empty(), Output.JOINED);
    }

    public JobSpec withSlots(int slots) {
        return new JobSpec(id, slots, program, directory, environment, secrets, setup, output);
    }

    public JobSpec withDirectory(String path, boolean required) {
        Optional<Directory> place = Optional.of(new Directory(path, required));
        return new JobSpec(id, slots, program, place, environment, secrets, setup, output);
    }

    public JobSpec withEnvironment(Map<String, String> environment) {
        return new JobSpec(id, slots, program, directory, environment, secrets, setup, output);
    }

    public JobSpec withSecrets(Map<String, String> secrets) {
        return new JobSpec(id, slots, program, directory, environment, secrets, setup, output);
    }

    public JobSpec withSetup(String shell, String lines) {
        Optional<Setup> before = Optional.of(new Setup(shell, lines));
        return new JobSpec(id, slots, program, directory, environment, secrets, before, output);
    }

    public JobSpec withOutput(Output output) {
        return new JobSpec(id, slots, program, directory, environment, secrets, setup, output);
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "job " + id + ": " + program.display();
    }

    static void requireId(String id) {
        if (id == null || !ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "a job ID must be 1 to 64 letters, digits, '_' and '-' and not begin with '-', was '" + id + "'");
        }
    }

    private static Map<String, String> checked(String name, Map<String, String> variables) {
        variables.forEach((variable, value) -> {
            if (!VARIABLE.matcher(variable).matches()) {
                throw new IllegalArgumentException(
                        "a variable's name must be letters, digits and '_' and not begin with" + " a digit, was '"
                                + ShellWords.display(variable) + "' in " + name);
            }
            requireNoNul(name + " " + variable, value);
        });
        return Map.copyOf(variables);
    }

    private static void requireNoNul(String name, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "no program can be given a NUL byte, which stands in " + name + " at " + text.indexOf('\0'));
        }
    }
}
