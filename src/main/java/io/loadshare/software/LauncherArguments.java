package io.loadshare.software;

import io.loadshare.LoadshareException;
import io.loadshare.Suggestions;
import io.loadshare.host.Tag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The arguments of {@code spm}, in any order: a version, a modality ({@code fmri}, {@code pet}, {@code eeg}), {@code
 * title:TEXT}, requirements (tags of hosts), {@code workerdesktop}, and a Matlab command as the last argument.
 *
 * @param version the version to start
 * @param modality the modality to start SPM with
 * @param title the window's title
 * @param tags the tags that the host must have
 * @param worker whether to open a terminal instead of Matlab's desktop
 * @param eval the Matlab command to run
 */
public record LauncherArguments(
        Software.Version version,
        Optional<String> modality,
        String title,
        Set<Tag> tags,
        boolean worker,
        Optional<String> eval) {

    private static final List<String> MODALITIES = List.of("fmri", "pet", "eeg");
    private static final String WORKER = "workerdesktop";
    private static final String TITLE = "title:";

    /**
     * Parses the arguments.
     *
     * @param knownTags the tags of all hosts
     * @throws LoadshareException of kind USAGE if a word is unknown or repeated; the message contains the word and the
     *     nearest known one
     */
    public static LauncherArguments parse(Software software, Collection<Tag> knownTags, List<String> words) {
        return new Parser(software, knownTags).parse(words);
    }

    /** Returns the argv to run on the host. */
    public List<String> argv(Software software) {
        List<String> template = worker ? software.worker() : software.command();
        if (template.isEmpty()) {
            throw new LoadshareException(
                    LoadshareException.Kind.CONFIGURATION,
                    "software '" + software.name() + "' has no " + (worker ? "worker" : "command") + " to start");
        }
        Map<String, String> values = new HashMap<>();
        values.put("path", version.path());
        values.put("version", version.name());
        values.put("modality", modality.orElse(""));
        values.put("title", title);
        values.put("eval", eval.orElse(""));
        return template.stream()
                .map(element -> Template.expand(element, values))
                .toList();
    }

    private static final class Parser {

        private final Software software;
        private final List<String> knownTags;
        private Software.Version version;
        private String modality;
        private String title;
        private boolean worker;
        private String eval;
        private final Set<Tag> tags = new LinkedHashSet<>();

        Parser(Software software, Collection<Tag> knownTags) {
            this.software = software;
            this.knownTags = knownTags.stream().map(Tag::value).distinct().toList();
        }

        LauncherArguments parse(List<String> words) {
            for (int i = 0; i < words.size(); i++) {
                word(words.get(i), i == words.size() - 1);
            }
            return new LauncherArguments(
                    version != null ? version : defaultVersion(),
                    Optional.ofNullable(modality),
                    title == null ? software.name() : title,
                    tags,
                    worker,
                    Optional.ofNullable(eval));
        }

        private void word(String word, boolean last) {
            Optional<Software.Version> named = software.versions().stream()
                    .filter(v -> v.name().equals(word))
                    .findFirst();
            if (named.isPresent()) {
                requireFirst("version", version == null ? null : version.name(), word);
                version = named.get();
            } else if (MODALITIES.contains(word)) {
                requireFirst("modality", modality, word);
                modality = word;
            } else if (word.startsWith(TITLE)) {
                requireFirst("title", title, word);
                title = word.substring(TITLE.length());
            } else if (word.equals(WORKER)) {
                worker = true;
            } else if (knownTags.contains(word)) {
                tags.add(new Tag(word));
            } else if (last && looksLikeMatlab(word)) {
                eval = word;
            } else {
                throw new LoadshareException(LoadshareException.Kind.USAGE, unknown(word, last));
            }
        }

        private static void requireFirst(String what, String before, String now) {
            if (before != null) {
                throw new LoadshareException(
                        LoadshareException.Kind.USAGE,
                        "only one " + what + " can be given, found '" + before + "' and '" + now + "'");
            }
        }

        /** A single word may be a Matlab script, unless it is probably a misspelled argument. */
        private boolean looksLikeMatlab(String word) {
            boolean bare = word.chars().allMatch(c -> Character.isLetterOrDigit(c) || "_-.".indexOf(c) >= 0);
            return !bare || Suggestions.nearest(word, known()) == null;
        }

        private String unknown(String word, boolean last) {
            String where = software.name() + ": unknown word '" + word + "'" + Suggestions.didYouMean(word, known());
            String rule =
                    " Known are " + String.join(", ", known()) + ", title:TEXT, and as the last word a Matlab command";
            return where + "." + rule + (last ? " ('" + word + ";' would be one)" : "");
        }

        private List<String> known() {
            List<String> known = new ArrayList<>();
            software.versions().forEach(v -> known.add(v.name()));
            known.addAll(MODALITIES);
            known.add(WORKER);
            known.addAll(knownTags);
            return known;
        }

        private Software.Version defaultVersion() {
            List<Software.Version> versions = software.versions();
            if (versions.isEmpty()) {
                return new Software.Version("", "");
            }
            return versions.stream()
                    .filter(v ->
                            software.defaultVersion().filter(v.name()::equals).isPresent())
                    .findFirst()
                    .orElse(versions.get(versions.size() - 1));
        }
    }
}
