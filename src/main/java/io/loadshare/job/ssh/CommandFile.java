package io.loadshare.job.ssh;

import io.loadshare.Quoted;
import io.loadshare.host.Host;
import io.loadshare.job.JobLimits;
import io.loadshare.job.JobSpec;
import io.loadshare.job.slurm.SbatchCommand;
import io.loadshare.transport.ShellWords;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of one new job, as POSIX sh text.
 *
 * @param target the host of the job
 * @param streams variable assignments for the keeper of a foreground job's streams; empty if the job has no keeper
 * @param nice the command that lowers the job's priority, as an argv; may be empty
 * @param limits the limits of the job
 */
record CommandFile(Host target, JobSpec spec, Kind kind, String streams, List<String> nice, JobLimits limits) {

    private static final int DISPLAY_LIMIT = 400;

    /** Variables of this size together, in bytes, are accepted by every host. */
    private static final int CERTAIN_SIZE = 64 * 1024;

    /** Where the job's output goes. */
    enum Kind {
        /** To the client's terminal, which serves as all streams of the job. */
        TERMINAL("none"),
        /** To the client, which also sends the input. */
        STREAMED("streamed"),
        JOINED("joined"),
        APART("apart");

        final String word;

        Kind(String word) {
            this.word = word;
        }

        static Kind of(JobSpec.Output output) {
            return output == JobSpec.Output.APART ? APART : JOINED;
        }

        boolean isForeground() {
            return this == TERMINAL || this == STREAMED;
        }

        static Kind parse(String word) {
            for (Kind kind : values()) {
                if (kind.word.equals(word)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("'" + word + "' is not a kind of job");
        }
    }

    /**
     * Returns the variable assignments that identify the job to the scripts, and the function that writes its files.
     */
    String definitions() {
        StringBuilder text = new StringBuilder();
        text.append("id=" + spec.id() + " host=" + target.name() + " slots=" + spec.slots() + " display="
                + (target.isCluster() ? "none" : display()) + "\nwrite_files() {\n");
        if (!spec.secrets().isEmpty()) {
            text.append("put secrets " + ShellWords.quote(exports(spec.secrets())) + "\n");
        }
        if (spec.program() instanceof JobSpec.Script script) {
            text.append("put script " + ShellWords.quote(script.text()) + "\nchmod 700 \"$directory/script\"\n");
        }
        text.append("put command " + ShellWords.quote(text()) + "\n}\n");
        target.slurm().ifPresent(cluster -> text.append(new SbatchCommand(cluster, spec, limits).definition()));
        return text.toString();
    }

    private String text() {
        return header() + "\n"
                + "program() {\nexec " + program() + "\n}\n"
                + "[ \"$1\" != program ] || program\n" // before any assignment, which would change the job's variables
                + "id=" + spec.id() + " host=" + target.name() + " output=" + kind.word + " cluster=no display="
                + display() + "\n"
                + streams
                + "limited=" + (limits.isNone() ? "no" : "yes\n" + limits.definitions()) + "\n"
                + "enter() {\n" + enter() + "\n}\n"
                + ScriptLibrary.library("process", "record", "usage")
                + (kind == Kind.STREAMED || !limits.isNone() ? ScriptLibrary.library("state", "end") : "")
                + (kind == Kind.STREAMED ? ScriptLibrary.library("keeper") : "")
                + (limits.isNone() ? "" : ScriptLibrary.library("limits"))
                + (spec.display() == JobSpec.Display.NONE ? "" : ScriptLibrary.library("display"))
                + (target.isCluster() ? ScriptLibrary.library("slurm-wrapper") : "")
                + ScriptLibrary.library("wrapper");
    }

    private String display() {
        return spec.display().name().toLowerCase(Locale.ROOT);
    }

    private String header() {
        String display = spec.program().display();
        int end = display.codePointCount(0, display.length()) > DISPLAY_LIMIT
                ? display.offsetByCodePoints(0, DISPLAY_LIMIT)
                : display.length();
        return String.join(
                " ", "# loadshare 1", spec.id(), Integer.toString(spec.slots()), kind.word, display.substring(0, end));
    }

    /** Sets the job's variables last: they may have any name, such as PATH, HOME or directory. */
    private String enter() {
        StringBuilder text = new StringBuilder();
        if (spec.display() != JobSpec.Display.NONE) {
            text.append("[ -z \"$display_failure\" ] || not_started 69 \"$display_failure\"\n");
        }
        if (!spec.secrets().isEmpty()) {
            text.append("set -- \"$(cat \"$directory/secrets\")\" && rm -f \"$directory/secrets\" && [ -n \"$1\" ] ||"
                    + " not_started 74 'cannot read and remove the file of its variables'\n");
        }
        text.append("cd 2>/dev/null || cd /\n");
        spec.directory().ifPresent(directory -> text.append(changeDirectory(directory)));
        if (!spec.secrets().isEmpty()) {
            text.append("eval \"$1\"\n");
        }
        text.append(exports(spec.environment())).append(checkSize());
        text.append("export LOADSHARE_JOB=" + spec.id() + " LOADSHARE_HOST=" + target.name() + " LOADSHARE_SLOTS="
                + spec.slots() + "\n");
        if (spec.slots() > 0) {
            text.append("export OMP_NUM_THREADS=\"${OMP_NUM_THREADS:-" + spec.slots() + "}\"\n");
        }
        return text.append(spec.setup().map(this::setUp).orElse("program")).toString();
    }

    /** Returns the check that this host accepts many variables for a program. Each host has its own limit for all. */
    private String checkSize() {
        Map<String, Integer> sizes = new TreeMap<>();
        spec.environment().forEach((name, value) -> sizes.put(name, JobSpec.size(name, value)));
        spec.secrets().forEach((name, value) -> sizes.put(name, JobSpec.size(name, value)));
        int sum = sizes.values().stream().mapToInt(Integer::intValue).sum();
        if (sum < CERTAIN_SIZE) {
            return "";
        }
        Map.Entry<String, Integer> largest = Collections.max(sizes.entrySet(), Map.Entry.comparingByValue());
        return "/bin/sh -c : 2>/dev/null || not_started 74 'this host does not accept the " + sum
                + " bytes of its variables for a program; the largest is " + largest.getKey() + " with "
                + largest.getValue() + " bytes'\n";
    }

    private static String changeDirectory(JobSpec.Directory directory) {
        String path = directory.path().startsWith("/") ? directory.path() : "./" + directory.path();
        String attempt = "cd " + ShellWords.quote(path) + " 2>/dev/null";
        String words = "directory '" + Quoted.printable(directory.path())
                + "' does not exist on the host or cannot be entered: choose one that exists there";
        return directory.required() ? attempt + " || not_started 66 " + ShellWords.quote(words) + "\n" : attempt + "\n";
    }

    private static String exports(Map<String, String> variables) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(variables)
                .forEach((name, value) -> text.append("export " + name + "=" + ShellWords.quote(value) + "\n"));
        return text.toString();
    }

    /**
     * Returns the line that runs the setup. The program's arguments bypass the setup's shell, because quoting differs
     * between shells.
     */
    private String setUp(JobSpec.Setup setup) {
        String lines = setup.lines() + "\nexec /bin/sh ~/" + ControlDirectory.path(target.name(), spec.id())
                + "/command program";
        return "exec " + niced(setup.shell()) + ShellWords.join(List.of(setup.shell(), "-c", lines));
    }

    private String program() {
        if (spec.program() instanceof JobSpec.Argv argv) {
            String first = argv.words().get(0);
            return (spec.setup().isPresent() ? guarded("", first) : niced(first)) + ShellWords.join(argv.words());
        }
        boolean namesInterpreter = ((JobSpec.Script) spec.program()).text().startsWith("#!");
        String script = (namesInterpreter ? "" : "/bin/sh -xe ") + "\"${0%/*}/script\"";
        return (spec.setup().isPresent() ? "" : niced("")) + script;
    }

    private String niced(String program) {
        return guarded(ShellWords.join(nice), program);
    }

    /** Returns a prefix for a program, so that neither the words before it nor sh take its name for an option. */
    private static String guarded(String words, String program) {
        if (program.startsWith("-")) {
            return (words.isEmpty() ? "env" : words) + " -- ";
        }
        return words.isEmpty() ? "" : words + " ";
    }
}
