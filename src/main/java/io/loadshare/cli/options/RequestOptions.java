package io.loadshare.cli.options;

import io.loadshare.LoadshareException;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.config.Configuration;
import io.loadshare.config.JobRequirements;
import io.loadshare.dispatch.WaitPolicy;
import io.loadshare.host.HostName;
import io.loadshare.host.PoolOrder;
import io.loadshare.host.Tag;
import io.loadshare.job.JobLimits;
import io.loadshare.placement.ClusterTerms;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.software.Software;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The requirements of a job, as options that all placing commands share. */
public final class RequestOptions {

    private final OptionBinding<String> pool =
            OptionBinding.text("--pool", "P[,P2]", "Use only the hosts of this pool, or of these pools.");

    private final OptionBinding<String> software =
            OptionBinding.text("--software", "S", "Use only hosts that have this software.");

    private final OptionBinding<String> hosts =
            OptionBinding.text("--hosts", "NODESET", "Use only these hosts: l[01-36],big1.");

    private final OptionBinding<List<String>> licenses =
            OptionBinding.texts("--license", "L", "Require a seat of this license; may be repeated.");

    private final OptionBinding<List<String>> tags = OptionBinding.option(
            List.of(), "Require a host with this tag; may be repeated.", () -> OptionSpec.builder("--tag")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .paramLabel("T"));

    private final OptionBinding<Long> minMemory =
            OptionBinding.option(0L, "Require this much available memory.", () -> OptionSpec.builder("--min-memory")
                    .type(long.class)
                    .converters(new UnitConverters.BytesConverter())
                    .paramLabel("8G"));

    private final OptionBinding<Double> minCores =
            OptionBinding.option(0.0, "Require at least this many cores.", () -> OptionSpec.builder("--min-cores")
                    .type(double.class)
                    .paramLabel("N"));

    private final OptionBinding<Double> maxLoad = OptionBinding.option(
            null,
            "Require a one-minute load of at most this.",
            () -> OptionSpec.builder("--max-load").type(Double.class).paramLabel("X"));

    private final OptionBinding<Integer> slots = OptionBinding.option(
            null,
            "Reserve this many cores: 0 never waits for a free core (default: that of the software; 0 for a desktop"
                    + " and a launcher with a display; otherwise 1).",
            () -> OptionSpec.builder("--slots").type(Integer.class).paramLabel("N"));

    private final OptionBinding<Duration> timeLimit =
            OptionBinding.option(null, "End the job after this time: 30m, 2h.", () -> OptionSpec.builder("--time-limit")
                    .type(Duration.class)
                    .converters(new UnitConverters.DurationConverter())
                    .paramLabel("D"));

    private final OptionBinding<Long> memoryLimit =
            OptionBinding.option(null, "End the job if it uses more memory.", () -> OptionSpec.builder("--memory-limit")
                    .type(Long.class)
                    .converters(new UnitConverters.BytesConverter())
                    .paramLabel("8G"));

    private final OptionBinding<String> user =
            OptionBinding.text("--user", "LOGIN", "Log in to the host under this name.");

    private final OptionBinding<Duration> wait = OptionBinding.option(
            null, "Wait at most this long for a host: 30s, 10m, 2h.", () -> OptionSpec.builder("--wait")
                    .type(Duration.class)
                    .converters(new UnitConverters.DurationConverter())
                    .paramLabel("D"));

    private final OptionBinding<Duration> overflow = OptionBinding.option(
            null,
            "Go to a Slurm pool among several pools after waiting this long for the others.",
            () -> OptionSpec.builder("--overflow")
                    .type(Duration.class)
                    .converters(new UnitConverters.DurationConverter())
                    .paramLabel("D"));

    private final OptionBinding<Boolean> noWait = OptionBinding.flag("--no-wait", "Do not wait for a host.");

    private final OptionBinding<Boolean> noScan =
            OptionBinding.flag("--no-scan", "Decide by the existing reports; measure nothing.");

    private Optional<JobRequirements.Where> requiredPlace = Optional.empty();
    private Optional<String> requiredNode = Optional.empty();
    private List<String> requiredLicenses = List.of();
    private Set<Tag> requiredTags = Set.of();
    private OptionalInt usualSlots = OptionalInt.empty();

    /** Adds these options to a placing command. */
    public CommandSpec addTo(CommandSpec command) {
        OptionBinding.addOneOf(command, pool, software, hosts);
        OptionBinding.addOneOf(command, wait, noWait);
        return OptionBinding.addAll(
                command,
                licenses,
                tags,
                minMemory,
                minCores,
                maxLoad,
                slots,
                timeLimit,
                memoryLimit,
                user,
                overflow,
                noScan);
    }

    /**
     * Parses a plain command line of these options and the command's own.
     *
     * @return false if picocli must parse the words
     */
    public boolean readPlain(List<String> words, OptionBinding<?>... own) {
        List<OptionBinding<?>> options =
                new ArrayList<>(List.of(pool, software, hosts, noWait, licenses, user, noScan));
        options.addAll(List.of(own));
        return PlainArguments.read(words, options, List.of(List.of(pool, software, hosts)));
    }

    public boolean mayScan() {
        return !noScan.value();
    }

    /** Returns whether the user set the login name on the host. */
    public boolean namesLogin() {
        return user.value() != null;
    }

    /** Returns how long the user wants to wait, if they specified it. */
    public Optional<Duration> saidWait() {
        return noWait.value() ? Optional.of(Duration.ZERO) : Optional.ofNullable(wait.value());
    }

    /** Returns the wait policy: the job waits without limit, unless the user set one. */
    public WaitPolicy patience() {
        return new WaitPolicy(saidWait(), mayScan());
    }

    /**
     * Sets the requirements of software that a launcher starts, on any host that has it, with the tags that its words
     * ask for.
     *
     * @param opensWindow whether it opens a window: unless its entry sets a number of slots, it reserves none, so it does not
     *     wait for a free one
     */
    public void require(Software launched, Set<Tag> moreTags, boolean opensWindow) {
        if (pool.value() == null && hosts.value() == null) {
            requiredPlace = Optional.of(
                    new JobRequirements.Where(Optional.empty(), Optional.of(launched.name()), Optional.empty()));
        }
        requiredLicenses = launched.licenses();
        requiredTags = moreTags;
        usualSlots = OptionalInt.of(launched.slots().orElse(opensWindow ? 0 : 1));
    }

    /** Reserves no slots unless the user sets a number, so the job does not wait for a free slot. */
    public void usuallyNeedNoSlot() {
        usualSlots = OptionalInt.of(0);
    }

    /** Returns the limits of the job that the user set. */
    public JobLimits limits() {
        return usage(
                () -> new JobLimits(Optional.ofNullable(timeLimit.value()), Optional.ofNullable(memoryLimit.value())));
    }

    /** Reports a value that violates a rule as a wrong use of the command line. */
    private static <T> T usage(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new LoadshareException(LoadshareException.Kind.USAGE, e.getMessage());
        }
    }

    /** Requires this host; or this node, if only Slurm pools are named, or Slurm pools and not a host of this name. */
    public void requireHost(String name, Configuration configuration) {
        JobRequirements.Where named = where();
        List<String> pools = named.pools(configuration);
        List<String> clusters = pools.stream().filter(configuration::isSlurm).toList();
        boolean isHost = HostName.isWord(name)
                && configuration.inventory().find(new HostName(name)).isPresent();
        boolean isNode = !clusters.isEmpty() && (clusters.equals(pools) || !isHost);
        requiredNode = isNode ? Optional.of(name) : Optional.empty();
        requiredPlace = Optional.of(
                isNode
                        ? new JobRequirements.Where(
                                Optional.of(String.join(",", clusters)), Optional.empty(), Optional.empty())
                        : new JobRequirements.Where(Optional.empty(), Optional.empty(), Optional.of(name)));
    }

    private JobRequirements.Where where() {
        return requiredPlace.orElse(new JobRequirements.Where(given(pool), given(software), given(hosts)));
    }

    /**
     * Returns the request, with every name looked up in the configuration; from now on, jobs start under the login name
     * it contains.
     */
    public PlacementRequest resolve(CommandServices services) {
        Configuration configuration = services.configuration();
        Set<Tag> wanted = new LinkedHashSet<>();
        tags.value().forEach(tag -> wanted.add(new Tag(tag)));
        wanted.addAll(requiredTags);
        Set<String> wantedLicenses = new LinkedHashSet<>(licenses.value());
        wantedLicenses.addAll(requiredLicenses);
        JobRequirements wish = new JobRequirements(
                where(),
                List.copyOf(wantedLicenses),
                wanted,
                minMemory.value(),
                minCores.value(),
                maxLoad.value() == null ? OptionalDouble.empty() : OptionalDouble.of(maxLoad.value()),
                slots.value() == null ? usualSlots : OptionalInt.of(slots.value()));
        given(user).ifPresent(services::useLogin);
        String login = given(user)
                .or(() -> wish.commonLogin(configuration))
                .or(() -> wish.firstLicensedHost(configuration)
                        .map(host -> services.loginNames().on(host)))
                .orElse(services.userName());
        PlacementRequest resolved = usage(() -> wish.resolve(configuration, login, services.seed()));
        PoolOrder order = resolved.cluster().order().withOverflow(Optional.ofNullable(overflow.value()));
        return resolved.withCluster(new ClusterTerms(requiredNode, order, Duration.ZERO));
    }

    /**
     * Refuses a host's name where a command is expected, unless it follows {@code --}: a shell expands an unquoted
     * {@code --hosts l0[1-2]} in a directory that contains files with these names.
     *
     * @throws LoadshareException of kind USAGE
     */
    public static void refuseHostAsCommand(List<String> command, List<String> arguments, Configuration configuration) {
        String first = command.isEmpty() ? "" : command.get(0);
        int before = arguments.size() - command.size() - 1;
        boolean meant = before >= 0 && arguments.get(before).equals("--");
        if (!meant && HostName.isWord(first) && configuration.inventory().position(new HostName(first)) >= 0) {
            throw new LoadshareException(
                    LoadshareException.Kind.USAGE,
                    "'" + first
                            + "' is a host, but stands where a command is expected. Quote node sets, since the shell"
                            + " expands brackets where files have such names: --hosts 'l0[1-2]'. If " + first
                            + " is a command, write -- before it.");
        }
    }

    private static Optional<String> given(OptionBinding<String> option) {
        return Optional.ofNullable(option.value());
    }
}
