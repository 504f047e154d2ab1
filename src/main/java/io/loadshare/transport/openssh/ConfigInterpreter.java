package io.loadshare.transport.openssh;

import io.loadshare.transport.SshAddress;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.openssh.HostSettings.Family;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The interpreter that turns the configuration of one destination into {@link HostSettings}. */
final class ConfigInterpreter {

    private static final List<String> ALGORITHMS =
            List.of("kexalgorithms", "hostkeyalgorithms", "ciphers", "macs", "pubkeyacceptedalgorithms");
    private static final List<String> USUAL_IDENTITIES =
            List.of("~/.ssh/id_rsa", "~/.ssh/id_ecdsa", "~/.ssh/id_ed25519");
    private static final List<String> USUAL_USER_FILES = List.of("~/.ssh/known_hosts", "~/.ssh/known_hosts2");
    private static final List<String> USUAL_GLOBAL_FILES =
            List.of("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2");
    private static final int USUAL_ALIVE_COUNT = 3;
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})([smhdw]?)");
    private static final Pattern JUMP =
            Pattern.compile("(?:ssh://)?(?:([^/]+)@)?(?:\\[([^\\]]+)]|([^:/@\\[\\]]+))(?::(\\d{1,5}))?/?");

    private final Destination destination;
    private final Map<String, List<Directive>> said;
    private final SshSettings ours;
    private final LocalUser caller;
    private ConfigTokens tokens;

    ConfigInterpreter(Destination destination, Map<String, List<Directive>> said, SshSettings ours, LocalUser caller) {
        this.destination = destination;
        this.said = said;
        this.ours = ours;
        this.caller = caller;
    }

    HostSettings settings() throws UnsupportedDirectiveException {
        refuseUnless("remotecommand", "none");
        refuseUnless("sessiontype", "default");
        refuseUnless("bindinterface", "none");
        refuseUnless("revokedhostkeys", "none");
        String user = destination.user().or(() -> word("user")).orElse(caller.user());
        SshAddress address = new SshAddress(hostName(), port(), word("hostkeyalias"));
        tokens = new ConfigTokens(caller, destination.name(), address, user);
        List<Path> userFiles = userKnownHosts();
        return new HostSettings(
                address,
                user,
                family(),
                word("bindaddress"),
                jumps(),
                identityFiles(),
                isYes("identitiesonly"),
                !word("pubkeyauthentication").orElse("yes").matches("(?i)no|false"),
                agent(),
                userFiles,
                paths("globalknownhostsfile", USUAL_GLOBAL_FILES),
                userFiles.isEmpty() ? KnownHosts.Unknown.REFUSED : unknownKeys(),
                time("connecttimeout"),
                time("serveraliveinterval").orElse(Duration.ZERO),
                (int) number("serveralivecountmax", USUAL_ALIVE_COUNT, Integer.MAX_VALUE),
                algorithms());
    }

    private Optional<Directive> directive(String keyword) {
        return Optional.ofNullable(said.get(keyword)).map(directives -> directives.get(0));
    }

    private Optional<String> word(String keyword) {
        return directive(keyword).map(Directive::first);
    }

    private boolean isYes(String keyword) {
        return word(keyword).orElse("no").matches("(?i)yes|true");
    }

    private void refuseUnless(String keyword, String harmless) throws UnsupportedDirectiveException {
        Optional<Directive> directive = directive(keyword);
        if (directive.isPresent() && !directive.get().first().equalsIgnoreCase(harmless)) {
            throw directive.get().unsupported("is not followed here: let OpenSSH connect instead (ssh.command: [ssh])");
        }
    }

    private String hostName() throws UnsupportedDirectiveException {
        if (destination.address().isPresent()) {
            return destination.address().get();
        }
        Optional<Directive> directive = directive("hostname");
        return directive.isEmpty()
                ? destination.name()
                : ConfigTokens.expand(directive.get(), directive.get().first(), Map.of("h", destination.name()));
    }

    private int port() throws UnsupportedDirectiveException {
        return destination.port().isPresent()
                ? destination.port().getAsInt()
                : (int) number("port", SshAddress.DEFAULT_PORT, 65535);
    }

    private long number(String keyword, int otherwise, int most) throws UnsupportedDirectiveException {
        Optional<Directive> directive = directive(keyword);
        if (directive.isEmpty()) {
            return otherwise;
        }
        String text = directive.get().first();
        if (!text.matches("\\d{1,9}") || Long.parseLong(text) > most) {
            throw directive.get().unsupported("is not a number up to " + most);
        }
        return Long.parseLong(text);
    }

    /** Parses a time such as {@code 30}, {@code 2m} or {@code 1h30m}; {@code none} and 0 mean no limit. */
    private Optional<Duration> time(String keyword) throws UnsupportedDirectiveException {
        Optional<Directive> directive =
                directive(keyword).filter(given -> !given.first().equalsIgnoreCase("none"));
        if (directive.isEmpty()) {
            return Optional.empty();
        }
        String text = directive.get().first().toLowerCase(Locale.ROOT);
        if (!text.matches("(?:" + TIME.pattern() + ")+")) {
            throw directive.get().unsupported("is not a time such as 30 or 2m");
        }
        Duration time = TIME.matcher(text)
                .results()
                .map(part -> Duration.ofSeconds(Long.parseLong(part.group(1)) * secondsOf(part.group(2))))
                .reduce(Duration.ZERO, Duration::plus);
        return Optional.of(time).filter(given -> !given.isZero());
    }

    private static long secondsOf(String unit) {
        return switch (unit) {
            case "m" -> 60;
            case "h" -> 3600;
            case "d" -> 86_400;
            case "w" -> 604_800;
            default -> 1;
        };
    }

    private Family family() throws UnsupportedDirectiveException {
        Optional<Directive> directive = directive("addressfamily");
        return switch (directive.map(Directive::first).orElse("any").toLowerCase(Locale.ROOT)) {
            case "any" -> Family.ANY;
            case "inet" -> Family.INET;
            case "inet6" -> Family.INET6;
            default -> throw directive.orElseThrow().unsupported("is none of any, inet, inet6");
        };
    }

    /**
     * Interprets {@code ProxyCommand} and {@code ProxyJump}, which exclude each other: the first one in the
     * configuration holds.
     */
    private List<Destination> jumps() throws UnsupportedDirectiveException {
        Optional<Directive> jump = directive("proxyjump");
        Optional<Directive> command = directive("proxycommand");
        boolean commandFirst = command.isPresent() && (jump.isEmpty() || isBefore("proxycommand", "proxyjump"));
        if (commandFirst) {
            if (!command.get().first().equalsIgnoreCase("none")) {
                throw command.get()
                        .unsupported("is not run by the built-in SSH. Use ProxyJump, or let OpenSSH connect"
                                + " (ssh.command: [ssh])");
            }
            return List.of();
        }
        List<Destination> jumps = new ArrayList<>();
        for (String spec : jump.map(Directive::first).orElse("none").split(",")) {
            if (!spec.equalsIgnoreCase("none")) {
                jumps.add(jump(jump.orElseThrow(), spec.strip()));
            }
        }
        return jumps;
    }

    private boolean isBefore(String one, String other) {
        List<String> order = List.copyOf(said.keySet());
        return order.indexOf(one) < order.indexOf(other);
    }

    private static Destination jump(Directive directive, String spec) throws UnsupportedDirectiveException {
        Matcher matcher = JUMP.matcher(spec);
        if (!matcher.matches()) {
            throw directive.unsupported("names no host: it takes [USER@]HOST[:PORT], separated by commas");
        }
        String host = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
        OptionalInt port =
                matcher.group(4) == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(matcher.group(4)));
        return new Destination(host, Optional.empty(), port, Optional.ofNullable(matcher.group(1)));
    }

    private List<Path> identityFiles() throws UnsupportedDirectiveException {
        List<Path> files = new ArrayList<>();
        List<Directive> directives = said.get("identityfile");
        if (directives == null) {
            USUAL_IDENTITIES.forEach(file -> files.add(caller.path(file)));
            return files;
        }
        for (Directive directive : directives) {
            if (!directive.first().equalsIgnoreCase("none")) {
                files.add(tokens.path(directive, directive.first()));
            }
        }
        return files;
    }

    private Optional<Path> agent() throws UnsupportedDirectiveException {
        Optional<Directive> directive = directive("identityagent");
        String socket = directive.map(Directive::first).orElse("SSH_AUTH_SOCK");
        if (socket.equalsIgnoreCase("none")) {
            return Optional.empty();
        }
        if (socket.equals("SSH_AUTH_SOCK")) {
            return caller.variable("SSH_AUTH_SOCK").map(Path::of);
        }
        return socket.matches("\\$[A-Za-z_].*")
                ? caller.variable(socket.substring(1)).map(Path::of)
                : Optional.of(tokens.path(directive.orElseThrow(), socket));
    }

    /**
     * Returns the user's known_hosts files; our own {@code ssh.knownHosts} replaces them, unless it is the default one.
     */
    private List<Path> userKnownHosts() throws UnsupportedDirectiveException {
        boolean usual = ours.knownHosts().equals(caller.path(USUAL_USER_FILES.get(0)));
        return usual ? paths("userknownhostsfile", USUAL_USER_FILES) : List.of(ours.knownHosts());
    }

    private List<Path> paths(String keyword, List<String> otherwise) throws UnsupportedDirectiveException {
        Optional<Directive> directive = directive(keyword);
        List<Path> paths = new ArrayList<>();
        for (String text : directive.map(Directive::arguments).orElse(otherwise)) {
            if (!text.equalsIgnoreCase("none")) {
                paths.add(directive.isEmpty() ? caller.path(text) : tokens.path(directive.get(), text));
            }
        }
        return paths;
    }

    private KnownHosts.Unknown unknownKeys() {
        if (!word("stricthostkeychecking").orElse("ask").equalsIgnoreCase("accept-new")) {
            return KnownHosts.Unknown.REFUSED;
        }
        return isYes("hashknownhosts") ? KnownHosts.Unknown.ADDED_HASHED : KnownHosts.Unknown.ADDED;
    }

    private Map<String, String> algorithms() {
        Map<String, String> lists = new TreeMap<>();
        ALGORITHMS.forEach(keyword -> word(keyword).ifPresent(list -> lists.put(keyword, list)));
        return lists;
    }
}
