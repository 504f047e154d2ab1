package io.loadshare.transport.external;

import io.loadshare.transport.TransportException.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The last lines that OpenSSH's client prints on stderr when it fails itself, with exit status 255. */
final class SshArguments {

    private static final Map<Pattern, Reason> MEANINGS = new LinkedHashMap<>();

    static {
        means("ssh: Could not resolve hostname .*", Reason.UNRESOLVED);
        means("ssh: connect to host .*(timed out|Operation timed out)", Reason.TIMED_OUT);
        means("ssh: .*|(stdio forwarding failed|channel \\d+: open failed).*", Reason.NO_CONNECTION);
        means("Connection timed out during banner exchange|Connection to .* timed out", Reason.TIMED_OUT);
        means("Host key verification failed\\.|.*host key is known for .*", Reason.HOST_KEY);
        means("([^ ]+: )?Permission denied.*|Received disconnect .*Too many authentication failures.*", Reason.LOGIN);
        means("Disconnected from .*", Reason.LOGIN);
        means("kex_exchange_identification: .*|banner exchange: .*", Reason.NO_CONNECTION);
        means("Unable to negotiate .*|Bad (packet|remote protocol).*|ssh_dispatch_run_fatal: .*", Reason.PROTOCOL);
        means("(.*: )?(Bad configuration option|terminating, ).*|Can't open user config.*", Reason.CONFIGURATION);
        means("Connection (closed|reset) by .*", Reason.NO_CONNECTION);
        means("client_loop: .*|Timeout, server .*|Connection to .* closed.*|Shared connection .*", Reason.LOST);
        means("Read from remote host .*|Write failed: .*|Killed by signal .*", Reason.LOST);
    }

    /** Lines that follow the reason when a login fails, especially at a jump host. */
    private static final Pattern VAGUE =
            Pattern.compile("Connection (closed|reset) by .*|kex_exchange_identification: .*");

    /** The last lines that OpenSSH's client prints when it loses a connection that it had. */
    private static final Pattern LAST_WORDS = Pattern.compile(
            "(?:(?:client_loop: |Timeout, server |Connection to .* closed|Connection (?:closed|reset) by |Shared connection"
                    + " |Read from remote host |Write failed: |Disconnected from ).*\\R)+\\z");

    private SshArguments() {}

    private static void means(String words, Reason reason) {
        MEANINGS.put(Pattern.compile(words), reason);
    }

    /**
     * Returns why the program failed; empty if the text is not from the program, so that the status is the command's
     * own.
     */
    static Optional<Reason> reason(String stderr) {
        List<String> lines = stderr.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        int last = lines.size() - 1;
        while (last > 0
                && VAGUE.matcher(lines.get(last)).matches()
                && meaning(lines.get(last - 1)).isPresent()) {
            last--;
        }
        return last < 0 ? Optional.empty() : meaning(lines.get(last));
    }

    /** Returns what to do about the failure, where OpenSSH does not say it; may be empty. */
    static String advice(String stderr) {
        return stderr.contains("Too many authentication failures")
                ? ". Name the right key by IdentityFile, with IdentitiesOnly yes, in the SSH configuration"
                : "";
    }

    private static Optional<Reason> meaning(String line) {
        return MEANINGS.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(line).matches())
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** Returns how many of the last characters are the client's words about a lost connection. */
    static int lastWords(String stderr) {
        Matcher words = LAST_WORDS.matcher(stderr);
        return words.find() ? words.end() - words.start() : 0;
    }
}
