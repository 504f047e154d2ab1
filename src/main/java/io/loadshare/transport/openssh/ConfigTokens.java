package io.loadshare.transport.openssh;

import io.loadshare.transport.SshAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code %} tokens and {@code ${VARIABLES}} of ssh_config(5). */
final class ConfigTokens {

    private static final Pattern TOKEN = Pattern.compile("%(.?)");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");

    private final LocalUser caller;
    private final Map<String, String> values = new HashMap<>();

    ConfigTokens(LocalUser caller, String name, SshAddress address, String user) {
        this.caller = caller;
        values.put("d", caller.home().toString());
        values.put("h", address.host());
        values.put("k", address.keyAlias().orElse(name));
        values.put("n", name);
        values.put("p", Integer.toString(address.port()));
        values.put("r", user);
        values.put("u", caller.user());
    }

    Path path(Directive directive, String text) throws UnsupportedDirectiveException {
        Map<String, String> all = new HashMap<>(values);
        if (text.contains("%l") || text.contains("%L")) {
            all.put("l", localName(directive));
            all.put("L", localName(directive).replaceFirst("\\..*", ""));
        }
        return caller.path(expand(directive, variables(directive, text), all));
    }

    static String expand(Directive directive, String text, Map<String, String> values)
            throws UnsupportedDirectiveException {
        Matcher matcher = TOKEN.matcher(text);
        StringBuilder expanded = new StringBuilder();
        while (matcher.find()) {
            String value = matcher.group(1).equals("%") ? "%" : values.get(matcher.group(1));
            if (value == null) {
                throw directive.unsupported("has the token %" + matcher.group(1) + ", which is not known here");
            }
            matcher.appendReplacement(expanded, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(expanded).toString();
    }

    private String variables(Directive directive, String text) throws UnsupportedDirectiveException {
        Matcher matcher = VARIABLE.matcher(text);
        StringBuilder expanded = new StringBuilder();
        while (matcher.find()) {
            Optional<String> value = caller.variable(matcher.group(1));
            if (value.isEmpty()) {
                throw directive.unsupported("has the variable " + matcher.group(1) + ", which is not set");
            }
            matcher.appendReplacement(expanded, Matcher.quoteReplacement(value.get()));
        }
        return matcher.appendTail(expanded).toString();
    }

    private static String localName(Directive directive) throws UnsupportedDirectiveException {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw directive.unsupported("has the name of this machine, which is not known: " + e.getMessage());
        }
    }
}
