package io.loadshare.cli.command;

import io.loadshare.cli.command.ParallelHostTask.Outcome;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.HostKey;
import io.loadshare.transport.jsch.HostKeyScan;
import io.loadshare.transport.openssh.KnownHostsFile;
import io.loadshare.transport.openssh.KnownHostsLine.Marker;
import io.loadshare.transport.openssh.KnownHostsMerge;
import io.loadshare.transport.openssh.KnownHostsMerge.Finding;
import io.loadshare.transport.openssh.KnownHostsMerge.Kind;
import io.loadshare.transport.openssh.SiteHostKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code known-hosts}, for the site's list of host keys. */
@Command(
        name = "known-hosts",
        description = "Update your host keys from the site's list; collect the keys for that list.",
        synopsisSubcommandLabel = "COMMAND")
final class KnownHostsCommand implements Runnable {

    private static final Duration HOST_TIMEOUT = Duration.ofSeconds(30);

    private final CommandServices wiring;
    private final Console console;

    @Spec
    private CommandSpec spec;

    KnownHostsCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    /** The options that name the site's list and the user's list. */
    static final class Lists {

        @Option(
                names = "--from",
                paramLabel = "FILE|URL",
                defaultValue = "/etc/loadshare/known_hosts",
                description =
                        "Read this list: a file that only root can change, or an https address (${DEFAULT-VALUE}).")
        private String from;

        @Option(
                names = "--into",
                paramLabel = "FILE",
                description = "Use this list, such as /etc/ssh/ssh_known_hosts (default: ssh.knownHosts).")
        private Path into;

        @Option(
                names = "--cacert",
                paramLabel = "FILE",
                description = "Check the https server with these certificates (PEM) instead of those Java trusts.")
        private Path authority;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "known-hosts needs a command: check, update or scan");
    }

    @Command(
            description = "Show what update would do, and which hosts of the configuration would still be unknown.",
            footer = {"", "Exit status: 0 if there is nothing to do, 1 if there is."})
    int check(@Mixin Lists lists) {
        KnownHostsMerge merge = merge(KnownHostsFile.read(into(lists)), site(lists), Set.of());
        KnownHostsFile merged = merge.merged();
        boolean differs = print(merge.findings(), "would be added");
        boolean unknown = false;
        for (Host host : remoteHosts()) {
            String name = knownAs(host);
            if (merged.lines().stream().noneMatch(line -> line.entry()
                    .filter(entry -> entry.marker() == Marker.NONE && entry.isAbout(name))
                    .isPresent())) {
                console.out().println(name + ": no key known");
                unknown = true;
            }
        }
        return differs || unknown ? 1 : 0;
    }

    @Command(
            description = "Merge the site's list into yours: new keys are added, equal ones left, changed ones shown.",
            footer = {
                "",
                "A changed key is replaced only with --accept HOST: compare its fingerprint with the host's own first.",
                "All other lines stay byte for byte and in their order: hashed names, patterns, @cert-authority, @revoked,",
                "comments. Exit status: 0 if your list now agrees, 1 if some key was not taken."
            })
    int update(
            @Mixin Lists lists,
            @Option(
                            names = "--accept",
                            paramLabel = "HOST",
                            description = "Replace the changed key of this host; may be repeated.")
                    List<String> accepted) {
        KnownHostsFile site = site(lists);
        Set<String> hosts = accepted == null ? Set.of() : Set.copyOf(accepted);
        AtomicReference<List<Finding>> findings = new AtomicReference<>();
        KnownHostsFile.change(into(lists), ours -> {
            KnownHostsMerge merge = merge(ours, site, hosts);
            KnownHostsFile merged = merge.merged();
            findings.set(merge.findings());
            return merged;
        });
        print(findings.get(), "added");
        return findings.get().stream().allMatch(KnownHostsCommand::agrees) ? 0 : 1;
    }

    private static boolean agrees(Finding finding) {
        return Set.of(Kind.NEW, Kind.EQUAL, Kind.REPLACED).contains(finding.kind());
    }

    @Command(
            description =
                    "Ask hosts for their keys, and print them in the form of known_hosts with their fingerprints.",
            footer = {
                "",
                "The scan trusts no key: compare each fingerprint with the host's own (on its console:",
                "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub) before the list becomes the site's.",
                "Exit status: 0 if all hosts showed keys, 1 if some did not, 69 if none did."
            })
    int scan(
            @Parameters(
                            paramLabel = "HOST",
                            arity = "0..*",
                            description = "Hosts or node sets: l[01-04]. Without any: all.")
                    List<String> hosts)
            throws InterruptedException {
        HostKeyScan scan = wiring.hostKeyScan();
        List<Host> asked = hosts == null ? remoteHosts() : ParallelHostTask.choose(inventory(), hosts);
        List<Outcome> outcomes = ParallelHostTask.of(console, "Asking for host keys", asked)
                .gather(host -> {
                    HostKeyScan.Shown shown = scan.ask(host, deadline());
                    List<String> lines = new ArrayList<>();
                    for (HostKey key : shown.keys()) {
                        lines.add(shown.knownAs() + " " + key.type() + " " + key.base64() + " " + key.fingerprint());
                    }
                    return String.join("\n", lines);
                });
        for (Outcome outcome : outcomes) {
            if (outcome.isWell()) {
                console.out().println(outcome.words());
            } else {
                console.say(outcome.toString());
            }
        }
        return ParallelHostTask.status(outcomes);
    }

    private HostInventory inventory() {
        return wiring.configuration().inventory();
    }

    private List<Host> remoteHosts() {
        return inventory().machines().stream().filter(host -> !host.local()).toList();
    }

    private String knownAs(Host host) {
        return wiring.hostKeyScan().address(host, deadline()).knownAs();
    }

    private Deadline deadline() {
        return wiring.deadline(wiring.configuration().scan().timeout());
    }

    private Path into(Lists lists) {
        return Optional.ofNullable(lists.into)
                .orElseGet(() -> wiring.configuration().ssh().knownHosts());
    }

    private KnownHostsFile site(Lists lists) {
        Path state = wiring.configuration().state().directory();
        return new SiteHostKeys(state, Optional.ofNullable(lists.authority))
                .read(lists.from, wiring.deadline(HOST_TIMEOUT));
    }

    private KnownHostsMerge merge(KnownHostsFile ours, KnownHostsFile site, Set<String> accepted) {
        Set<String> names = new LinkedHashSet<>();
        for (Host host : remoteHosts()) {
            names.add(host.name().value());
            names.add(host.address());
            names.add(knownAs(host));
        }
        return new KnownHostsMerge(ours, site, accepted, names);
    }

    /** Prints all findings except equal keys; returns whether it printed any. */
    private boolean print(List<Finding> findings, String added) {
        List<String> lines = findings.stream()
                .filter(finding -> finding.kind() != Kind.EQUAL)
                .map(finding -> host(finding) + ": " + words(finding, added))
                .toList();
        lines.forEach(console.out()::println);
        return !lines.isEmpty();
    }

    private static String host(Finding finding) {
        return switch (finding.marker()) {
            case NONE -> finding.names();
            case CERT_AUTHORITY -> "@cert-authority " + finding.names();
            case REVOKED -> "@revoked " + finding.names();
        };
    }

    private static String words(Finding finding, String added) {
        return switch (finding.kind()) {
            case EQUAL -> "known: " + finding.key();
            case NEW -> added + ": " + finding.key();
            case CHANGED ->
                "CHANGED from " + finding.before().orElseThrow() + " to " + finding.key()
                        + ", not taken; if the host's administrator confirms it: --accept " + finding.names();
            case REPLACED -> "replaced " + finding.before().orElseThrow() + " by " + finding.key();
            case REVOKED_HERE -> "not taken, since your list revokes it: " + finding.key();
            case NOT_UNDERSTOOD -> "not taken, since it is hashed and none of the hosts' names: " + finding.key();
        };
    }
}
