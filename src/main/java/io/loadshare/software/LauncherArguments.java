package io.loadshare.software;

import io.loadshare.LoadshareException;
import io.loadshare.Suggestions;
import io.loadshare.host.Tag;
import io.loadshare.job.JobSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The arguments of {@code spm}, in any order: a version, a modality ({@code fmri}, {@code pet}, {@code eeg}), {@code
 * title:TEXT}, requirements (tags of hosts), {@code workerdesktop} or {@code batch}, and a Matlab command as the last
 * argument. An argument that the template of the launcher does not use is refused, so nothing that a user typed is
 * ignored.
 *
 * @param launcher which template to start
 * @param version the version to start
 * @param modality the modality to start SPM with
 * @param title the window's title
 * @param tags the tags that the host must have
 * @param eval the Matlab command to run, or empty
 */
public record LauncherArguments(
        Launcher launcher, Software.Version version, String modality, String title, Set<Tag> tags, String eval) {

    private static final String WORKER = "workerdesktop";
    private static final String BATCH = "batch";
    private static final String TITLE = "title:";

    /**
     * Parses the arguments.
     *
     * @param knownTags the tags of all hosts
     * @param verbatim whether the last word is a Matlab command even if it looks like another argument
     * @throws LoadshareException of kind USAGE if a word is unknown, repeated or not used by the template; of kind
     *     CONFIGURATION if the software does not have the template
     */
    public static LauncherArguments parse(
            Software software, Collection<Tag> knownTags, List<String> words, boolean verbatim) {
        return new Parser(software, knownTags).parse(words, verbatim);
    }

    /**
     * Returns the arguments of a batch: a Matlab command that runs without a display.
     *
     * @param version the version, if one is requested
     * @throws LoadshareException as {@link #parse}
     */
    public static LauncherArguments batch(Software software, Optional<String> version, String command) {
        List<String> words = new ArrayList<>(List.of(BATCH));
        version.map(software::version).map(Software.Version::name).ifPresent(words::add);
        words.add(command);
        return parse(software, List.of(), words, true);
    }

    /** Returns the job that starts the launcher. */
    public JobSpec toSpec(String id, Software software, int slots) {
        return software.prepare(JobSpec.of(id, argv(software, slots)));
    }

    /** Returns the argv to run on the host. */
    List<String> argv(Software software, int slots) {
        Map<String, String> values = Map.of(
                "path",
                version.path(),
                "version",
                version.name(),
                "modality",
                modality,
                "title",
                title,
                "eval",
                eval,
                "slots",
                Template.slots(slots));
        return software.launchers().of(launcher).stream()
                .map(element -> Template.expand(element, values))
                .toList();
    }

    private static final class Parser {

        private final Software software;
        private final List<String> knownTags;
        private Software.Version version;
        private String modality;
        private String title;
        private Launcher launcher;
        private String eval;
        private final Set<Tag> tags = new LinkedHashSet<>();

        Parser(Software software, Collection<Tag> knownTags) {
            this.software = software;
            this.knownTags = knownTags.stream().map(Tag::value).distinct().toList();
        }

        LauncherArguments parse(List<String> words, boolean verbatim) {
            int arguments = verbatim ? words.size() - 1 : words.size();
            for (int i = 0; i < arguments; i++) {
                read(words.get(i), i == words.size() - 1);
            }
            if (verbatim) {
                eval = words.get(arguments);
            }
            launcher = launcher == null ? Launcher.COMMAND : launcher;
            requireUse();
            return new LauncherArguments(
                    launcher,
                    version != null ? version : software.defaultOrLastVersion(),
                    modality == null ? software.modality() : modality,
                    title == null ? software.name() : title,
                    tags,
                    eval == null ? "" : eval);
        }

        private void read(String word, boolean last) {
            Optional<Software.Version> named = software.versions().stream()
                    .filter(v -> v.name().equals(word))
                    .findFirst();
            if (named.isPresent()) {
                requireFirst("version", version == null ? null : version.name(), word);
                version = named.get();
            } else if (Software.MODALITIES.contains(word)) {
                requireFirst("modality", modality, word);
                modality = word;
            } else if (word.startsWith(TITLE)) {
                requireFirst("title", title, word);
                title = word.substring(TITLE.length());
            } else if (word.equals(WORKER) || word.equals(BATCH)) {
                requireFirst("launcher", launcher == null ? null : word(launcher), word);
                launcher = word.equals(WORKER) ? Launcher.WORKER : Launcher.BATCH;
            } else if (knownTags.contains(word)) {
                tags.add(new Tag(word));
            } else if (last && !looksLikeVersion(word) && looksLikeMatlab(word)) {
                eval = word;
            } else {
                throw usage(unknown(word, last));
            }
        }

        private static String word(Launcher launcher) {
            return launcher == Launcher.WORKER ? WORKER : BATCH;
        }

        private void requireFirst(String what, String before, String now) {
            if (before != null) {
                throw usage("only one " + what + " can be given, found '" + before + "' and '" + now + "'");
            }
        }

        /** Refuses what would be ignored. A Matlab command may set the modality itself, as automaticanalysis does. */
        private void requireUse() {
            List<String> template = software.launchers().of(launcher);
            if (template.isEmpty()) {
                throw new LoadshareException(
                        LoadshareException.Kind.CONFIGURATION,
                        "software '" + software.name() + "' has no " + launcher.key()
                                + " template in the configuration");
            }
            if (launcher == Launcher.BATCH && eval == null) {
                throw usage("batch requires a Matlab command as the last word: spm batch \"my_script\"");
            }
            Set<String> used = template.stream()
                    .flatMap(element -> Template.placeholders(element).stream())
                    .collect(Collectors.toSet());
            requireUse(eval, "Matlab command '" + eval + "'", used.contains("eval"));
            requireUse(title, "title", used.contains("title"));
            requireUse(version, "version", used.contains("path") || used.contains("version"));
            requireUse(eval == null ? modality : null, "modality", used.contains("modality"));
        }

        private void requireUse(Object given, String what, boolean used) {
            if (given != null && !used) {
                throw usage("the template '" + launcher.key() + "' of the software does not use a " + what
                        + ": leave it out, or change the template");
            }
        }

        /** A word such as spm99 or spm_12 is probably a version that is not installed. */
        private boolean looksLikeVersion(String word) {
            return Stream.concat(
                            Stream.of(software.name()),
                            software.versions().stream().map(Software.Version::name))
                    .map(name -> name.replaceFirst("[^A-Za-z].*", ""))
                    .filter(prefix -> !prefix.isEmpty())
                    .anyMatch(prefix -> Pattern.matches(
                            Pattern.quote(prefix.toLowerCase(Locale.ROOT)) + "[-_.]?[0-9][\\w.-]*",
                            word.toLowerCase(Locale.ROOT)));
        }

        /** A single word may be a Matlab script, unless it is probably a misspelled argument. */
        private boolean looksLikeMatlab(String word) {
            boolean bare = word.chars().allMatch(c -> Character.isLetterOrDigit(c) || "_-.".indexOf(c) >= 0);
            return !bare || Suggestions.nearest(word, known()) == null;
        }

        private String unknown(String word, boolean last) {
            if (looksLikeVersion(word)) {
                List<String> versions =
                        software.versions().stream().map(Software.Version::name).toList();
                return Suggestions.unknown("version", word, versions) + unlessMatlab(word, last);
            }
            return "unknown word '" + word + "'" + Suggestions.didYouMean(word, known()) + ". Known are "
                    + String.join(", ", known()) + ", title:TEXT, and as the last word a Matlab command"
                    + unlessMatlab(word, last);
        }

        private static String unlessMatlab(String word, boolean last) {
            return last ? ". If '" + word + "' is a Matlab command, write -- before it" : "";
        }

        private LoadshareException usage(String words) {
            return new LoadshareException(LoadshareException.Kind.USAGE, software.name() + ": " + words);
        }

        private List<String> known() {
            List<String> known = new ArrayList<>();
            software.versions().forEach(v -> known.add(v.name()));
            known.addAll(Software.MODALITIES);
            known.add(WORKER);
            known.add(BATCH);
            known.addAll(knownTags);
            return known;
        }
    }
}
