package io.loadshare.config.imports;

import io.loadshare.Quoted;
import io.loadshare.Suggestions;
import io.loadshare.config.Position;
import io.loadshare.config.imports.SciclustFile.Option;
import io.loadshare.config.imports.SciclustFile.Token;
import io.loadshare.host.HostName;
import io.loadshare.transport.ShellWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts SCICLUST's options for server ({@code .sciclust}) and client ({@code .sciclustc}) into a draft. */
final class SciclustImport {

    private static final List<String> DEFAULT_SHELL_OPTIONS = List.of("-n", "-e", "none");

    private final ImportDraft draft;
    private Option shell;
    private Option shellOptions;

    SciclustImport(ImportDraft draft) {
        this.draft = draft;
    }

    void add(String file, String text) {
        SciclustFile.read(file, text, SciclustOption::isKnown, SciclustOption.LISTS::contains)
                .forEach(this::add);
    }

    private void add(Option option) {
        SciclustOption known = SciclustOption.SINGLE.get(option.name());
        if (known != null) {
            single(option, known);
            return;
        }
        switch (option.name()) {
            case "nodes" -> nodes(option);
            case "client-nodes" -> setWords("agent.clients", option);
            case "nice" -> setWords("job.nice", option);
            case "shell" -> shell = words(option).isPresent() ? option : shell;
            case "shell-options" -> shellOptions = words(option).isPresent() ? option : shellOptions;
            case "local-server-configuration" -> lock(option, SciclustOption.OF_SERVER);
            case "local-client-configuration" -> lock(option, SciclustOption.OF_CLIENT);
            default -> unknown(option);
        }
    }

    private void single(Option option, SciclustOption known) {
        String value = onlyValue(option);
        Object converted = value == null ? null : known.type().convert(value);
        if (converted != null) {
            draft.set(known.path(), converted, option.where());
        } else {
            leaveOut(option, option.name() + " must be " + known.type() + shown(value));
        }
    }

    /** The first value, after a note on those that follow; null if there is none. */
    private String onlyValue(Option option) {
        for (Token token : option.values()
                .subList(Math.min(1, option.values().size()), option.values().size())) {
            draft.note(token.where(), "not understood after " + option.name() + ": " + Quoted.of(token.text()));
        }
        return option.values().isEmpty() ? null : option.values().get(0).text();
    }

    private static String shown(String value) {
        return ", was " + (value == null ? "empty" : Quoted.of(value));
    }

    private void nodes(Option option) {
        List<HostName> names = new ArrayList<>();
        for (Token token : option.values()) {
            if (HostName.isWord(token.text())) {
                names.add(new HostName(token.text()));
            } else {
                draft.note(token.where(), "no host name: " + Quoted.of(token.text()) + "; left out");
            }
        }
        if (names.isEmpty()) {
            leaveOut(option, "nodes names no host");
        } else {
            draft.replace("hosts", Map.of("name", ImportConversions.nodeSet(names)), option.where());
        }
    }

    private void setWords(String path, Option option) {
        words(option).ifPresent(words -> draft.set(path, words, option.where()));
    }

    /** All words of all values, as a shell would read them: {@code "-e none -o 'BatchMode yes'"} is four. */
    private Optional<List<String>> words(Option option) {
        List<String> words = new ArrayList<>();
        for (Token token : option.values()) {
            try {
                words.addAll(ShellWords.split(token.text()));
            } catch (IllegalArgumentException e) {
                draft.note(token.where(), option.name() + " is not imported: " + e.getMessage());
                return Optional.empty();
            }
        }
        return Optional.of(words);
    }

    private void lock(Option option, List<String> paths) {
        String value = onlyValue(option);
        Object allowed = value == null ? null : SciclustOption.Type.YES_OR_NO.convert(value);
        if (allowed == null) {
            leaveOut(option, option.name() + " must be yes or no" + shown(value));
        } else if (allowed.equals(false)) {
            paths.forEach(path -> draft.add("locked", path, option.where()));
            draft.note(
                    option.where(),
                    option.name() + " no: 'locked' counts only in the machine's configuration,"
                            + " so put the result into /etc/loadshare/config.yaml");
        }
    }

    private void unknown(Option option) {
        List<String> known = new ArrayList<>(SciclustOption.SINGLE.keySet());
        known.addAll(SciclustOption.LISTS);
        known.addAll(SciclustOption.SPECIAL);
        draft.note(
                option.where(),
                "unknown option " + Quoted.of(option.name()) + ", left out"
                        + Suggestions.didYouMean(option.name(), known));
    }

    private void leaveOut(Option option, String why) {
        draft.note(option.where(), why + "; left out");
    }

    /** After the last file: what depends on several options. */
    void finish() {
        if (shell != null || shellOptions != null) {
            remoteShell();
        }
        for (String penalty : SciclustOption.PENALTIES) {
            if (draft.where(penalty) != null) {
                Position where = draft.where(penalty);
                draft.set("placement.model", "sciclust", where);
                draft.note(
                        where,
                        "model sciclust was chosen, since penalties count only there; without the penalties"
                                + " and the model, the default spreads bursts of jobs better");
                return;
            }
        }
    }

    /** The built-in SSH replaces plain ssh; {@code -n} must go, since a job's command travels by stdin. */
    private void remoteShell() {
        List<String> command =
                new ArrayList<>(shell == null ? List.of("ssh") : words(shell).orElseThrow());
        List<String> options = shellOptions == null
                ? DEFAULT_SHELL_OPTIONS
                : words(shellOptions).orElseThrow();
        Position where = (shell == null ? shellOptions : shell).where();
        boolean plain = command.equals(List.of("ssh")) && DEFAULT_SHELL_OPTIONS.containsAll(options);
        if (plain || command.isEmpty()) {
            draft.note(where, "the built-in SSH takes the place of ssh; left out");
            return;
        }
        options.stream().filter(option -> !option.equals("-n")).forEach(command::add);
        if (options.contains("-n")) {
            draft.note(where, "shell option -n left out: the command needs its standard input");
        }
        draft.set("ssh.command", command, where);
    }
}
