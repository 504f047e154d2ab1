package io.loadshare;

import java.util.List;
import java.util.stream.Stream;

/** A value that violates a rule of a setting. The message consists of the rule and the value. */
public final class InvalidSettingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final String rule;
    private final transient List<String> keys;

    /**
     * @param key the name of the setting
     * @param rule what must hold, as text that begins with the setting
     * @param comparedWith other settings in the rule
     */
    public InvalidSettingException(String key, String rule, Object value, String... comparedWith) {
        super(rule + ", was " + value);
        this.rule = rule;
        this.keys = Stream.concat(Stream.of(key), Stream.of(comparedWith)).toList();
    }

    public String rule() {
        return rule;
    }

    /** Returns the names of the settings that the rule is about; first the one with the value. */
    public List<String> keys() {
        return keys;
    }
}
