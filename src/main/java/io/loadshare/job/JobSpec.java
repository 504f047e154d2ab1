package io.loadshare.job;

import io.loadshare.Quoted;
import io.loadshare.transport.ShellWords;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The specification of a job. All strings represent bytes, as {@link ShellWords} defines.
 *
 * @param id 1 to 64 letters, digits, '_' and '-', not beginning with '-'; never used twice
 * @param slots the number of cores that the job reserves
 * @param directory where the job starts; by default in the home directory
 * @param environment variables in addition to those of a login
 * @param secrets variables that do not appear in any argv, nor in any file once the job runs; processes of its owner
 *     can see them
 * @param setup commands that a shell runs before the program, in the same environment
 * @param output where the output of a detached job goes
 * @param display the display that the job gets
 * @param limits the limits of this job; others apply where it sets none
 * @param needs what the cluster must know, if a cluster runs it
 */
public record JobSpec(
        String id,
        int slots,
        Program program,
        Optional<Directory> directory,
        Map<String, String> environment,
        Map<String, String> secrets,
        Optional<Setup> setup,
        Output output,
        Display display,
        JobLimits limits,
        ClusterNeeds needs) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,63}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Variables that some shells set themselves and let nobody change. */
    private static final Set<String> READ_ONLY =
            Set.of("BASHOPTS", "BASH_VERSINFO", "EUID", "PPID", "SHELLOPTS", "UID");

    /** The longest {@code NAME=VALUE} that Linux passes to a program, in bytes: 32 pages less one byte. */
    private static final int LONGEST_VARIABLE = 131_071;

    /** A program and its arguments, or a script. */
    public sealed interface Program {
        /** Returns a readable form, on one line. */
        String display();
    }

    /**
     * A program with arguments, which arrive byte for byte. The first word is looked up in PATH on the host; it is
     * never a shell builtin.
     */
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
            return Quoted.printable(ShellWords.join(words));
        }
    }

    /**
     * A script that names its interpreter in its first line ({@code #!}); otherwise {@code /bin/sh -xe} runs it, as in
     * Jenkins' shell steps. Windows line ends, which web forms send as well, become Unix line ends.
     */
    public record Script(String text) implements Program {
        public Script {
            requireNoNul("script", text);
            text = withUnixLineEnds(text);
        }

        @Override
        public String display() {
            return text.isBlank() ? "(empty script)" : Quoted.printable(text.strip());
        }
    }

    /**
     * The directory in which the job starts.
     *
     * @param required whether the job fails with status 66 if the host does not have the directory; otherwise the job
     *     then starts in the home directory
     */
    public record Directory(String path, boolean required) {
        public Directory {
            requireNoNul("directory", path);
        }
    }

    /**
     * Commands that a shell runs before the program.
     *
     * @param shell the shell that reads the lines: any shell that supports {@code -c} and {@code exec}
     */
    public record Setup(String shell, String lines) {
        public Setup {
            requireNoNul("setup shell", shell);
            requireNoNul("setup", lines);
            lines = withUnixLineEnds(lines);
        }
    }

    /** Where a detached job's output goes. */
    public enum Output {
        /** Stdout and stderr go to one file, in the order in which they were written. */
        JOINED,
        /** Stdout goes to a separate file. */
        APART
    }

    /** The display that a job gets. */
    public enum Display {
        /** None but that of its variables. */
        NONE,
        /** One without a screen, for programs that draw although nobody watches; it ends with the job. */
        VIRTUAL;

        /** Returns the display of that name in lower case. */
        public static Display parse(String name) {
            for (Display display : values()) {
                if (display.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return display;
                }
            }
            throw new IllegalArgumentException("display must be 'virtual' or 'none', was " + Quoted.of(name));
        }
    }

    public JobSpec {
        requireId(id);
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(setup, "setup");
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(display, "display");
        Objects.requireNonNull(limits, "limits");
        if (slots < 0) {
            throw new IllegalArgumentException("slots of job " + id + " must be ≥ 0, was " + slots);
        }
        environment = checked("environment", environment);
        secrets = checked("secrets", secrets);
    }

    /** Returns a job with one slot that runs a program in the home directory. */
    public static JobSpec of(String id, List<String> argv) {
        return of(id, new Argv(argv));
    }

    public static JobSpec of(String id, Program program) {
        return new JobSpec(
                id,
                1,
                program,
                Optional.empty(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                Output.JOINED,
                Display.NONE,
                JobLimits.NONE,
                ClusterNeeds.NONE);
    }

    public JobSpec withSlots(int slots) {
        return new JobSpec(id, slots, program, directory, environment, secrets, setup, output, display, limits, needs);
    }

    public JobSpec withDirectory(String path, boolean required) {
        Optional<Directory> start = Optional.of(new Directory(path, required));
        return new JobSpec(id, slots, program, start, environment, secrets, setup, output, display, limits, needs);
    }

    public JobSpec withEnvironment(Map<String, String> environment) {
        return new JobSpec(id, slots, program, directory, environment, secrets, setup, output, display, limits, needs);
    }

    public JobSpec withSecrets(Map<String, String> secrets) {
        return new JobSpec(id, slots, program, directory, environment, secrets, setup, output, display, limits, needs);
    }

    public JobSpec withSetup(String shell, String lines) {
        Optional<Setup> before = Optional.of(new Setup(shell, lines));
        return new JobSpec(id, slots, program, directory, environment, secrets, before, output, display, limits, needs);
    }

    public JobSpec withOutput(Output output) {
        return new JobSpec(id, slots, program, directory, environment, secrets, setup, output, display, limits, needs);
    }

    public JobSpec withDisplay(Display display) {
        return new JobSpec(id, slots, program, directory, environment, secrets, setup, output, display, limits, needs);
    }

    public JobSpec withLimits(JobLimits limits) {
        return new JobSpec(id, slots, program, directory, environment, secrets, setup, output, display, limits, needs);
    }

    public JobSpec withNeeds(ClusterNeeds needs) {
        return new JobSpec(id, slots, program, directory, environment, secrets, setup, output, display, limits, needs);
    }

    /** Returns a description without the secrets. */
    @Override
    public String toString() {
        return "job " + id + ": " + program.display();
    }

    public static void requireId(String id) {
        if (id == null || !ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "a job ID must be 1 to 64 letters, digits, '_' and '-' and not begin with '-', was '" + id + "'");
        }
    }

    /** Returns whether every shell can hold a variable of this name and lets a job set it. */
    public static boolean isVariable(String name) {
        return VARIABLE.matcher(name).matches() && !READ_ONLY.contains(name);
    }

    private static Map<String, String> checked(String name, Map<String, String> variables) {
        variables.forEach((variable, value) -> {
            if (!VARIABLE.matcher(variable).matches()) {
                throw new IllegalArgumentException(
                        "a variable's name must be letters, digits and '_' and not begin with" + " a digit, was '"
                                + Quoted.printable(variable) + "' in " + name);
            }
            if (READ_ONLY.contains(variable)) {
                throw new IllegalArgumentException("shells do not let a job set " + variable + " in " + name
                        + ": use another name for the variable");
            }
            requireNoNul(name + " " + variable, value);
            int size = size(variable, value);
            if (size > LONGEST_VARIABLE) {
                throw new IllegalArgumentException("variable " + variable + " has " + size
                        + " bytes, but Linux passes at most " + LONGEST_VARIABLE
                        + " to a program: write the value to a file, or unset the variable");
            }
        });
        return Map.copyOf(variables);
    }

    /** Returns the bytes of {@code NAME=VALUE}. */
    public static int size(String name, String value) {
        return name.length() + 1 + ShellWords.encode(value).length;
    }

    private static String withUnixLineEnds(String text) {
        return text.replace("\r\n", "\n");
    }

    private static void requireNoNul(String name, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "no program can be given a NUL byte, which stands in " + name + " at " + text.indexOf('\0'));
        }
    }
}
