package io.jenkins.plugins.loadshare.steps;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.Util;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.HostAccess;
import io.jenkins.plugins.loadshare.service.PluginServices;
import io.jenkins.plugins.loadshare.settings.LicenseNames;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.Durations;
import io.loadshare.Numbers;
import io.loadshare.Quoted;
import io.loadshare.config.JobRequirements;
import io.loadshare.dispatch.JobKind;
import io.loadshare.dispatch.WaitPolicy;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.Tag;
import io.loadshare.job.Job;
import io.loadshare.job.JobSpec;
import io.loadshare.placement.PlacementRequest;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.kohsuke.stapler.DataBoundSetter;

/** A step that takes a slot on a host, with the job's requirements as text. Null and blank mean the default. */
public abstract class PlacingStep extends Step implements Serializable {

    private static final long serialVersionUID = 1L;

    private String pool;
    private String software;
    private String hosts;
    private String license;
    private List<String> tags = new ArrayList<>();
    private String minMemory;
    private String minCores;
    private String maxLoad;
    private Integer slots;
    private String wait;
    private boolean scan = true;
    private String credentialsId;

    /**
     * Returns the job to start.
     *
     * @param environment the variables of the build and the step
     * @throws IllegalArgumentException if a value is wrong
     */
    protected abstract JobSpec toSpec(String id, Settings settings, Map<String, String> environment);

    /** Returns the job to start on its host. */
    protected JobSpec toSpec(BuildJob job, Settings settings, Map<String, String> environment) {
        return toSpec(job.id(), settings, environment);
    }

    /** Returns the kind of the job. */
    protected JobKind kind() {
        return JobKind.ORDINARY;
    }

    /** Returns the request without the hosts on which the job can never run. */
    protected PlacementRequest restrict(PlacementRequest request, HostInventory inventory) {
        return request;
    }

    /**
     * Returns a desktop that runs already and serves the step, which then starts no job.
     *
     * @param access returns the access to a host with the login of the step
     * @param say writes a line to the log
     */
    Optional<FoundDesktop> find(
            PlacementRequest request,
            PluginServices services,
            Function<Host, HostAccess> access,
            Consumer<String> say) {
        return Optional.empty();
    }

    /**
     * Waits until a started job is ready for its block.
     *
     * @throws io.loadshare.LoadshareException as by {@link io.loadshare.dispatch.Launch.Owner#start}
     */
    protected void awaitReady(BuildJob known, Job job, HostAccess access, Settings settings) {}

    /** Requests the host of the desktop in whose block the step runs, unless it requests hosts or a pool itself. */
    protected final void followDesktop(StepContext context) throws IOException, InterruptedException {
        if (pool == null && hosts == null) {
            hosts = BuildVariables.desktopHost(context.get(EnvVars.class)).orElse(null);
        }
    }

    /** Returns whether the job only exists for a block of the build. */
    protected boolean isHolder() {
        return false;
    }

    /**
     * @throws AbortException if a value is wrong
     */
    protected final void check() throws AbortException {
        try {
            checkValues();
        } catch (IllegalArgumentException e) {
            throw new AbortException(e.getMessage());
        }
    }

    protected void checkValues() {
        toWish();
        toPatience();
    }

    /** Returns whether another step requests a place as this one does, however long either waits for it. */
    protected final boolean placesLike(PlacingStep other) {
        return requirements().equals(other.requirements());
    }

    private List<Object> requirements() {
        return Arrays.asList(pool, software, hosts, license, tags, minMemory, minCores, maxLoad, slots, credentialsId);
    }

    /**
     * @throws IllegalArgumentException if a value is wrong
     */
    protected final JobRequirements toWish() {
        Set<Tag> wanted = tags.stream().map(Tag::new).collect(Collectors.toSet());
        if (slots != null && slots < 0) {
            throw new IllegalArgumentException("slots must be ≥ 0, was " + slots);
        }
        return new JobRequirements(
                new JobRequirements.Where(
                        Optional.ofNullable(pool), Optional.ofNullable(software), Optional.ofNullable(hosts)),
                List.of(Util.tokenize(Util.fixNull(license), " ,")),
                wanted,
                value("minMemory", minMemory, Numbers::parseBytes).orElse(0L),
                value("minCores", minCores, PlacingStep::number).orElse(0.0),
                value("maxLoad", maxLoad, PlacingStep::number)
                        .map(OptionalDouble::of)
                        .orElse(OptionalDouble.empty()),
                slots == null ? OptionalInt.empty() : OptionalInt.of(slots));
    }

    /** Returns how often to run the job again if the license server refuses it a license. */
    int retries() {
        return 0;
    }

    /** Returns the files of the job to copy into the archive of the build, if any. */
    Optional<FilePatterns> collects() {
        return Optional.empty();
    }

    /** Returns the directory of the job, relative to the home directory. */
    String directory() {
        return ".";
    }

    final WaitPolicy toPatience() {
        return new WaitPolicy(value("wait", wait, Durations::parse), scan);
    }

    static <T> Optional<T> value(String key, String text, Function<String, T> parse) {
        try {
            return Optional.ofNullable(text).map(parse);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    private static double number(String text) {
        Double number = Numbers.parse(text);
        if (number == null || number < 0) {
            throw new IllegalArgumentException("must be a number ≥ 0, was " + Quoted.of(text));
        }
        return number;
    }

    public String getPool() {
        return pool;
    }

    @DataBoundSetter
    public void setPool(String pool) {
        this.pool = Util.fixEmptyAndTrim(pool);
    }

    public String getSoftware() {
        return software;
    }

    @DataBoundSetter
    public void setSoftware(String software) {
        this.software = Util.fixEmptyAndTrim(software);
    }

    public String getHosts() {
        return hosts;
    }

    @DataBoundSetter
    public void setHosts(String hosts) {
        this.hosts = Util.fixEmptyAndTrim(hosts);
    }

    /** The name of the license, or several names separated by commas. */
    public String getLicense() {
        return license;
    }

    @DataBoundSetter
    public void setLicense(String license) {
        this.license = LicenseNames.add(this.license, license);
    }

    /** Adds a license, if the step does not name it. */
    protected final void require(String name) {
        if (!List.of(Util.tokenize(Util.fixNull(license), " ,")).contains(name)) {
            setLicense(name);
        }
    }

    /** Returns null: {@link #getLicense} contains all names, so that a form and an export state them once. */
    public List<String> getLicenses() {
        return null;
    }

    @DataBoundSetter
    public void setLicenses(List<String> licenses) {
        license = LicenseNames.add(license, String.join(", ", Util.fixNull(licenses)));
    }

    public List<String> getTags() {
        return tags.isEmpty() ? null : tags;
    }

    /** Sets the list. A form sends it as one text, separated by blanks or commas. */
    @DataBoundSetter
    public void setTags(List<String> tags) {
        this.tags = Util.fixNull(tags).stream()
                .flatMap(text -> Stream.of(Util.tokenize(text, " ,\t\r\n")))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    public String getMinMemory() {
        return minMemory;
    }

    @DataBoundSetter
    public void setMinMemory(String minMemory) {
        this.minMemory = Util.fixEmptyAndTrim(minMemory);
    }

    public String getMinCores() {
        return minCores;
    }

    @DataBoundSetter
    public void setMinCores(String minCores) {
        this.minCores = Util.fixEmptyAndTrim(minCores);
    }

    public String getMaxLoad() {
        return maxLoad;
    }

    @DataBoundSetter
    public void setMaxLoad(String maxLoad) {
        this.maxLoad = Util.fixEmptyAndTrim(maxLoad);
    }

    public Integer getSlots() {
        return slots;
    }

    @DataBoundSetter
    public void setSlots(Integer slots) {
        this.slots = slots;
    }

    public String getWait() {
        return wait;
    }

    @DataBoundSetter
    public void setWait(String wait) {
        this.wait = Util.fixEmptyAndTrim(wait);
    }

    public boolean isScan() {
        return scan;
    }

    @DataBoundSetter
    public void setScan(boolean scan) {
        this.scan = scan;
    }

    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }
}
