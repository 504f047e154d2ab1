package io.jenkins.plugins.loadshare.steps;

import io.loadshare.Quoted;
import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.tools.ant.types.selectors.SelectorUtils;

/**
 * The files to collect, as patterns of Ant: {@code figures/**, report.html}.
 *
 * @param patterns relative to the directory of the job
 */
record FilePatterns(List<String> patterns) {

    FilePatterns {
        patterns = List.copyOf(patterns);
    }

    /** @throws IllegalArgumentException if a pattern leaves the directory, or there is none */
    static FilePatterns parse(String text) {
        List<String> patterns = new ArrayList<>();
        for (String part : text.split("[,\n]")) {
            String pattern = part.strip();
            if (pattern.isEmpty()) {
                continue;
            }
            if (pattern.startsWith("/") || Arrays.asList(pattern.split("/")).contains("..")) {
                throw new IllegalArgumentException("collect must be paths below the directory of the job, such as"
                        + " 'figures/**', was " + Quoted.of(pattern));
            }
            patterns.add(pattern.endsWith("/") ? pattern + "**" : pattern);
        }
        if (patterns.isEmpty()) {
            throw new IllegalArgumentException("collect must be paths such as 'figures/**', was " + Quoted.of(text));
        }
        return new FilePatterns(patterns);
    }

    /** Returns the paths below which all matching files are: the patterns up to their first wildcard. */
    List<String> bases() {
        Set<String> bases = new LinkedHashSet<>();
        for (String pattern : patterns) {
            List<String> fixed = new ArrayList<>();
            for (String component : pattern.split("/")) {
                if (component.indexOf('*') >= 0 || component.indexOf('?') >= 0) {
                    break;
                }
                fixed.add(component);
            }
            bases.add(fixed.isEmpty() ? "." : String.join("/", fixed));
        }
        return bases.contains(".") ? List.of(".") : List.copyOf(bases);
    }

    boolean match(String path) {
        return patterns.stream().anyMatch(pattern -> SelectorUtils.matchPath(local(pattern), local(path)));
    }

    private static String local(String path) {
        return path.replace('/', File.separatorChar);
    }

    /** Returns whether a path from a host can be a path in an archive: nothing that could leave it or look like another. */
    static boolean isSafe(String path) {
        List<String> components = Arrays.asList(path.split("/", -1));
        return !components.contains("")
                && !components.contains(".")
                && !components.contains("..")
                && path.codePoints()
                        .noneMatch(c ->
                                Character.isISOControl(c) || c == '\\' || Character.getType(c) == Character.SURROGATE);
    }
}
