package io.loadshare.transport.openssh;

import io.loadshare.Quoted;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One line of ssh_config(5).
 *
 * @param keyword the keyword in lower case
 * @param where the file and line, for messages
 * @param included the directives of the files it includes, file by file
 */
record Directive(String keyword, List<String> arguments, String where, List<List<Directive>> included) {

    private static final Map<String, String> OLD_NAMES = Map.of(
            "pubkeyacceptedkeytypes", "pubkeyacceptedalgorithms",
            "dsaauthentication", "pubkeyauthentication",
            "identityfile2", "identityfile");

    Directive {
        keyword = keyword.toLowerCase(Locale.ROOT);
        keyword = OLD_NAMES.getOrDefault(keyword, keyword);
        arguments = List.copyOf(arguments);
        included = List.copyOf(included);
    }

    String first() {
        return arguments.get(0);
    }

    /** Hides the arguments of a command, since they may contain a password. */
    UnsupportedDirectiveException unsupported(String why) {
        String shown = keyword.endsWith("command") ? keyword : keyword + " " + String.join(" ", arguments);
        return new UnsupportedDirectiveException(keyword, where + ": '" + Quoted.printable(shown) + "' " + why);
    }
}
