package io.loadshare.software;

import java.util.List;
import java.util.Locale;

/** The ways to start a software without naming one of its programs. Each has an argv template in the catalog. */
public enum Launcher {
    /** With its own window. */
    COMMAND,
    /** In a terminal window, without Matlab's desktop. */
    WORKER,
    /** Without a display. The exit status is that of the program. */
    BATCH;

    /** Returns the key of its template in the configuration. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The templates of one software.
     *
     * @param command the argv for {@link #COMMAND}, with placeholders; empty if there is none, as for the others
     */
    public record Templates(List<String> command, List<String> worker, List<String> batch) {

        /** No templates: the software has only programs. */
        public static final Templates NONE = new Templates(List.of(), List.of(), List.of());

        public Templates {
            command = List.copyOf(command);
            worker = List.copyOf(worker);
            batch = List.copyOf(batch);
            command.forEach(Template::check);
            worker.forEach(Template::check);
            batch.forEach(Template::check);
        }

        /** Returns the template of a launcher. */
        public List<String> of(Launcher launcher) {
            return switch (launcher) {
                case COMMAND -> command;
                case WORKER -> worker;
                case BATCH -> batch;
            };
        }
    }
}
