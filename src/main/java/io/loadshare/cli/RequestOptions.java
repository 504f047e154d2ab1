package io.loadshare.cli;

import io.loadshare.config.Configuration;
import io.loadshare.config.Wish;
import io.loadshare.dispatch.Patience;
import io.loadshare.host.Tag;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.software.Software;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What a job needs, as options that all placing commands share. */
final class RequestOptions {

    @ArgGroup
    private Where where = new Where();

    /** Among which hosts; one of them, or all hosts. */
    private static final class Where {

        @Option(names = "--pool", paramLabel = "P", description = "Among the hosts of this pool.")
        private String pool;

        @Option(names = "--software", paramLabel = "S", description = "Among the hosts that have this software.")
        private String software;

        @Option(names = "--hosts", paramLabel = "NODESET", description = "Among these hosts: l[01-36],big1.")
        private String hosts;
    }

    @Option(names = "--license", paramLabel = "L", description = "The job needs a seat of this license.")
    private String license;

    @Option(names = "--tag", paramLabel = "T", description = "The host must have this tag; may be given again.")
    private List<String> tags = new ArrayList<>();

    @Option(
            names = "--min-memory",
            paramLabel = "8G",
            converter = Units.BytesConverter.class,
            description = "So much memory must be available.")
    private long minMemory;

    @Option(names = "--min-cores", paramLabel = "N", description = "The host must have so many cores.")
    private double minCores;

    @Option(names = "--max-load", paramLabel = "X", description = "The one-minute load must not be above this.")
    private Double maxLoad;

    @Option(names = "--slots", paramLabel = "N", description = "Cores the job will use (default: ${DEFAULT-VALUE}).")
    private int slots = 1;

    @Option(names = "--user", paramLabel = "LOGIN", description = "Log in to the host under this name.")
    private String user;

    @ArgGroup
    private Waiting waiting = new Waiting();

    /** How long to wait for a place; without an option, as long as it takes. */
    private static final class Waiting {

        @Option(
                names = "--wait",
                paramLabel = "D",
                converter = Units.DurationConverter.class,
                description = "Wait at most so long for a place: 30s, 10m, 2h.")
        private Duration limit;

        @Option(names = "--no-wait", description = "Do not wait for a place.")
        private boolean none;
    }

    @Option(names = "--no-scan", description = "Decide by the reports there are; measure nothing.")
    private boolean noScan;

    boolean mayScan() {
        return !noScan;
    }

    /** How long the user wants to wait, if they said so. */
    Optional<Duration> saidWait() {
        return waiting.none ? Optional.of(Duration.ZERO) : Optional.ofNullable(waiting.limit);
    }

    /** What a job puts up with: it waits as long as it takes, unless the user said otherwise. */
    Patience patience() {
        return new Patience(saidWait(), !noScan);
    }

    /** The same needs for software that a launcher starts, wherever, with the tags its words ask for. */
    void require(Software software, Set<Tag> moreTags) {
        if (where.pool == null && where.hosts == null) {
            where.software = software.name();
        }
        license = license == null ? software.license().orElse(null) : license;
        moreTags.forEach(tag -> tags.add(tag.value()));
    }

    /** Only this host. */
    void requireHost(String name) {
        where = new Where();
        where.hosts = name;
    }

    /** The request, with every name looked up in the configuration. */
    PlacementRequest resolve(Configuration configuration, String login, long seed) {
        Set<Tag> wanted = new LinkedHashSet<>();
        tags.forEach(tag -> wanted.add(new Tag(tag)));
        Wish wish = new Wish(
                new Wish.Where(
                        Optional.ofNullable(where.pool),
                        Optional.ofNullable(where.software),
                        Optional.ofNullable(where.hosts)),
                Optional.ofNullable(license),
                wanted,
                minMemory,
                minCores,
                maxLoad == null ? OptionalDouble.empty() : OptionalDouble.of(maxLoad),
                slots);
        String name = user == null ? wish.commonLogin(configuration).orElse(login) : user;
        return wish.resolve(configuration, name, seed);
    }
}
