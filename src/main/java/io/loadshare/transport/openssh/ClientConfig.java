package io.loadshare.transport.openssh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Our own interpretation of ssh_config(5): the user's file, then the machine's; the first value of a keyword holds. It
 * follows {@code Host} blocks, {@code Include} and {@code Match all}, but no other {@code Match} lines.
 *
 * @param files the directives of each file, in order
 */
record ClientConfig(List<List<Directive>> files) {

    /** The keywords that {@link HostSettings} uses or must refuse. */
    static final Set<String> USED = words(
            """
            addressfamily bindaddress bindinterface ciphers connecttimeout globalknownhostsfile hashknownhosts
            hostkeyalgorithms hostkeyalias hostname identitiesonly identityagent identityfile kexalgorithms macs port
            proxycommand proxyjump pubkeyacceptedalgorithms pubkeyauthentication remotecommand revokedhostkeys
            serveralivecountmax serveraliveinterval sessiontype stricthostkeychecking user userknownhostsfile""");

    /** The keywords that change nothing for commands without a person, a forwarding or a terminal of OpenSSH's own. */
    private static final Set<String> WITHOUT_EFFECT = words(
            """
            addkeystoagent batchmode canonicaldomains canonicalizefallbacklocal canonicalizemaxdots
            canonicalizepermittedcnames casignaturealgorithms certificatefile challengeresponseauthentication
            channeltimeout checkhostip clearallforwardings compression compressionlevel connectionattempts
            controlmaster controlpath controlpersist dynamicforward enableescapecommandline enablesshkeysign escapechar
            exitonforwardfailure fingerprinthash forkafterauthentication forwardagent forwardx11 forwardx11timeout
            forwardx11trusted gatewayports gssapiauthentication gssapiclientidentity gssapidelegatecredentials
            gssapikexalgorithms gssapikeyexchange gssapirenewalforcesrekey gssapiserveridentity gssapitrustdns
            hostbasedacceptedalgorithms hostbasedauthentication hostbasedkeytypes ipqos kbdinteractiveauthentication
            kbdinteractivedevices keepalive knownhostscommand localcommand localforward loglevel logverbose
            nohostauthenticationforlocalhost numberofpasswordprompts obscurekeystroketiming passwordauthentication
            permitlocalcommand permitremoteopen pkcs11provider preferredauthentications protocol proxyusefdpass
            rekeylimit remoteforward requesttty requiredrsasize securitykeyprovider sendenv setenv stdinnull
            streamlocalbindmask streamlocalbindunlink syslogfacility tag tcpkeepalive tunnel tunneldevice
            updatehostkeys verifyhostkeydns versionaddendum visualhostkey xauthlocation""");

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }

    /** Reads a user's file and, unless the user's file was named explicitly, the machine's file. */
    static ClientConfig read(Path userFile, Path machineFile, LocalUser caller)
            throws IOException, UnsupportedDirectiveException {
        boolean usual = userFile.equals(caller.sshDirectory().resolve("config"));
        List<List<Directive>> files = new ArrayList<>();
        if (!usual || Files.exists(userFile)) {
            files.add(new ConfigFile(caller, caller.sshDirectory(), usual).read(userFile));
        }
        if (usual && Files.exists(machineFile)) {
            files.add(new ConfigFile(caller, machineFile.getParent(), false).read(machineFile));
        }
        return new ClientConfig(files);
    }

    /**
     * Returns the directives for a host, by keyword; {@code identityfile} may have several directives, other keywords
     * one.
     */
    Map<String, List<Directive>> about(String host) throws UnsupportedDirectiveException {
        Map<String, List<Directive>> found = new LinkedHashMap<>();
        for (List<Directive> file : files) {
            follow(file, host, found);
        }
        return found;
    }

    private static void follow(List<Directive> directives, String host, Map<String, List<Directive>> found)
            throws UnsupportedDirectiveException {
        boolean active = true;
        for (Directive directive : directives) {
            switch (directive.keyword()) {
                case "host" -> active = isMeant(directive, host);
                case "match" -> active = isMatchAll(directive);
                case "include" -> {
                    for (List<Directive> file : active ? directive.included() : List.<List<Directive>>of()) {
                        follow(file, host, found);
                    }
                }
                default -> {
                    if (active) {
                        take(directive, found);
                    }
                }
            }
        }
    }

    private static boolean isMeant(Directive directive, String host) {
        boolean meant = false;
        for (String pattern : directive.arguments()) {
            boolean excludes = pattern.startsWith("!");
            if (HostPatterns.matches(excludes ? pattern.substring(1) : pattern, host)) {
                if (excludes) {
                    return false;
                }
                meant = true;
            }
        }
        return meant;
    }

    private static boolean isMatchAll(Directive directive) throws UnsupportedDirectiveException {
        if (directive.arguments().size() != 1
                || !directive.first().toLowerCase(Locale.ROOT).equals("all")) {
            throw directive.unsupported("is not followed here");
        }
        return true;
    }

    private static void take(Directive directive, Map<String, List<Directive>> found)
            throws UnsupportedDirectiveException {
        String keyword = directive.keyword();
        if (WITHOUT_EFFECT.contains(keyword)) {
            return;
        }
        if (keyword.equals("canonicalizehostname") && directive.first().matches("(?i)no|false|none")) {
            return;
        }
        if (!USED.contains(keyword)) {
            throw directive.unsupported("is not followed here");
        }
        List<Directive> earlier = found.computeIfAbsent(keyword, key -> new ArrayList<>());
        boolean another = keyword.equals("identityfile")
                && earlier.stream().noneMatch(given -> given.first().equals(directive.first()));
        if (earlier.isEmpty() || another) {
            earlier.add(directive);
        }
    }
}
