package io.loadshare.config;

import io.loadshare.Durations;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/** Prints the effective configuration as YAML, with the source of each value as a comment. */
final class ConfigurationPrinter {

    private static final int COMMENT_COLUMN = 40;

    private final ConfigurationProblems findings;
    private final StringBuilder text = new StringBuilder();
    private String group = "";

    ConfigurationPrinter(ConfigurationProblems findings) {
        this.findings = findings;
    }

    String print() {
        findings.settings().forEach((path, setting) -> {
            if (!path.equals(LockedSettings.KEY)) {
                print(setting);
            }
        });
        return text.toString();
    }

    private void print(EffectiveSetting setting) {
        int dot = setting.path().indexOf('.');
        if (dot < 0) {
            printList(setting);
            return;
        }
        if (!setting.path().startsWith(group + ".")) {
            group = setting.path().substring(0, dot);
            text.append(group).append(":\n");
        }
        String value = setting.written().isPresent()
                ? YamlWriter.line(setting.written().get().node())
                : YamlWriter.line(words(setting.fallback()));
        line("  " + setting.path().substring(dot + 1) + ": " + value, origin(setting, setting.written()));
    }

    /**
     * Prints a list with one line for each entry. If no file contains it, the default is printed, which an empty list
     * would not show.
     */
    private void printList(EffectiveSetting setting) {
        if (setting.written().isEmpty()) {
            String holds = setting.path().equals("hosts") ? "this machine" : "none";
            line("# " + setting.path() + ": " + holds, origin(setting, Optional.empty()));
            return;
        }
        YamlValue list = setting.written().get();
        line(setting.path() + ":" + (list.elements().isEmpty() ? " []" : ""), origin(setting, setting.written()));
        for (Node entry : list.elements()) {
            line("  - " + YamlWriter.line(entry), list.element(entry).position().line() + "");
        }
    }

    private void line(String yaml, String comment) {
        String gap = " ".repeat(Math.max(2, COMMENT_COLUMN - yaml.length()));
        text.append(yaml).append(gap).append("# ").append(comment).append('\n');
    }

    private String origin(EffectiveSetting setting, Optional<YamlValue> written) {
        String where = written.map(
                        value -> value.file() + ":" + value.keyPosition().line())
                .orElse("default");
        return where + (findings.locks().cover(setting.path()) ? ", locked" : "");
    }

    private static Object words(Object fallback) {
        if (fallback instanceof Duration duration) {
            return Durations.print(duration);
        }
        if (fallback instanceof Optional<?> optional) {
            return optional.isPresent() ? words(optional.get()) : "none";
        }
        return fallback instanceof Enum<?> constant ? constant.name().toLowerCase(Locale.ROOT) : fallback;
    }
}
