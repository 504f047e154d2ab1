package io.loadshare.transport.openssh;

import io.loadshare.Quoted;
import io.loadshare.transport.ShellWords;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A reader of one ssh_config(5) file and all files that it includes. */
final class ConfigFile {

    private static final int DEEPEST_INCLUDE = 16;
    private static final int OTHERS_MAY_WRITE = 022;
    private static final Pattern LINE = Pattern.compile("\\s*\"?([A-Za-z0-9]+)\"?(?:\\s*=\\s*|\\s+|$)(.*)");
    private static final Pattern WORD =
            Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|'((?:[^'\\\\]|\\\\.)*)'|((?:[^\\s\"'\\\\]|\\\\.)+)");
    private static final Pattern ESCAPE = Pattern.compile("\\\\([\"'\\\\ ])");

    private final LocalUser caller;
    private final Path directory;

    private final boolean guarded;

    /**
     * @param directory the base directory of relative names in {@code Include}
     * @param guarded whether the file is refused if others may write it, as included files always are
     */
    ConfigFile(LocalUser caller, Path directory, boolean guarded) {
        this.caller = caller;
        this.directory = directory;
        this.guarded = guarded;
    }

    /** @throws NoSuchFileException if the file does not exist */
    List<Directive> read(Path file) throws IOException, UnsupportedDirectiveException {
        return read(file, 0);
    }

    private List<Directive> read(Path file, int depth) throws IOException, UnsupportedDirectiveException {
        if (depth > DEEPEST_INCLUDE) {
            throw new UnsupportedDirectiveException(file + " is included more than " + DEEPEST_INCLUDE + " deep");
        }
        if (depth > 0 || guarded) {
            guard(file);
        }
        List<Directive> directives = new ArrayList<>();
        List<String> lines = ShellWords.decode(Files.readAllBytes(file)).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                directives.add(directive(line, file + " line " + (i + 1), depth));
            }
        }
        return directives;
    }

    private static void guard(Path file) throws IOException, UnsupportedDirectiveException {
        Map<String, Object> attributes = Files.readAttributes(file, "unix:uid,mode");
        int owner = (int) attributes.get("uid");
        if ((owner != 0 && owner != LocalUser.uid()) || ((int) attributes.get("mode") & OTHERS_MAY_WRITE) != 0) {
            throw new UnsupportedDirectiveException(
                    file + " is not followed, since others own it or may write it: chmod go-w " + file);
        }
    }

    private Directive directive(String line, String where, int depth)
            throws IOException, UnsupportedDirectiveException {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches() || matcher.group(2).isEmpty()) {
            throw new UnsupportedDirectiveException(
                    where + ": '" + Quoted.printable(line) + "' is not a keyword with a value");
        }
        boolean command = matcher.group(1).toLowerCase(Locale.ROOT).endsWith("command");
        List<String> words = command ? List.of(matcher.group(2)) : words(matcher.group(2), where);
        Directive plain = new Directive(matcher.group(1), words, where, List.of());
        return plain.keyword().equals("include")
                ? new Directive(plain.keyword(), words, where, included(words, depth + 1))
                : plain;
    }

    private static List<String> words(String text, String where) throws UnsupportedDirectiveException {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < text.length() && text.charAt(at) != '#') {
            StringBuilder word = new StringBuilder();
            Matcher matcher = WORD.matcher(text).region(at, text.length());
            while (matcher.lookingAt()) {
                for (int group = 1; group <= 3; group++) {
                    if (matcher.group(group) != null) {
                        word.append(ESCAPE.matcher(matcher.group(group)).replaceAll("$1"));
                    }
                }
                at = matcher.end();
                matcher.region(at, text.length());
            }
            if (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
                throw new UnsupportedDirectiveException(
                        where + ": '" + Quoted.printable(text) + "' has a quote that does not end");
            }
            words.add(word.toString());
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }
        if (words.isEmpty()) {
            throw new UnsupportedDirectiveException(where + " has no value");
        }
        return words;
    }

    private List<List<Directive>> included(List<String> names, int depth)
            throws IOException, UnsupportedDirectiveException {
        List<List<Directive>> files = new ArrayList<>();
        for (String name : names) {
            for (Path file : glob(directory.resolve(caller.path(name)))) {
                files.add(read(file, depth));
            }
        }
        return files;
    }

    /** Returns the files that match a pattern, sorted as the shell sorts them; empty if none matches. */
    private static List<Path> glob(Path pattern) throws IOException {
        List<Path> found = List.of(pattern.getRoot());
        for (Path part : pattern) {
            List<Path> next = new ArrayList<>();
            for (Path parent : found) {
                next.addAll(children(parent, part.toString()));
            }
            found = next;
        }
        return found.stream().filter(Files::isRegularFile).toList();
    }

    private static List<Path> children(Path parent, String part) throws IOException {
        if (!part.matches(".*[*?\\[].*")) {
            return List.of(parent.resolve(part));
        }
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> matching = Files.newDirectoryStream(parent, part.replace("{", "\\{"))) {
            for (Path child : matching) {
                if (part.startsWith(".") || !child.getFileName().toString().startsWith(".")) {
                    children.add(child);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        children.sort(null);
        return children;
    }
}
