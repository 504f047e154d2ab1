package io.jenkins.plugins.loadshare.settings;

import hudson.BulkChange;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.util.HttpResponses;
import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.agent.AgentSettings;
import io.loadshare.config.Configuration;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.probe.ScanSettings;
import io.loadshare.store.StateSettings;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import jenkins.model.GlobalConfiguration;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/**
 * The global configuration as administrators write it, in the form or as code: the texts of all settings.
 *
 * <p>{@link #save} validates the texts as a whole. If they are valid, it stores them and publishes them as {@link
 * Settings}; otherwise it restores the stored texts. Setters only assign, so call {@code save} after the last one.
 */
@Extension
@Symbol("loadshare")
public final class LoadshareConfiguration extends GlobalConfiguration {

    private List<HostEntry> hosts;
    private List<PoolEntry> pools;
    private List<LicenseEntry> licenses;
    private List<SoftwareEntry> software;
    private ScanSection scan;
    private PlacementSection placement;
    private RetrySection retry;
    private QuerySection query;
    private SshSection ssh;
    private JobSection job;
    private DesktopSection desktop;
    private NodesSection nodes;
    private AgentsSection agents;

    /** The parsed settings; null if the stored texts are invalid. */
    private transient volatile Settings current;

    public LoadshareConfiguration() {
        load();
    }

    static LoadshareConfiguration get() {
        return ExtensionList.lookupSingleton(LoadshareConfiguration.class);
    }

    Settings current() {
        Settings settings = current;
        if (settings != null) {
            return settings;
        }
        try {
            return toSettings();
        } catch (IllegalArgumentException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.CONFIGURATION,
                    "the stored configuration (" + getConfigFile() + ") is invalid: " + e.getMessage()
                            + ". Correct it in Manage Jenkins, System, Loadshare",
                    e);
        }
    }

    @Override
    public String getDisplayName() {
        return Messages.LoadshareConfiguration_displayName();
    }

    /** Restores the stored texts, or the defaults if nothing is stored. */
    @Override
    public synchronized void load() {
        reset();
        super.load();
        try {
            current = toSettings();
        } catch (IllegalArgumentException e) {
            current = null;
        }
    }

    /**
     * Stores and publishes the settings.
     *
     * @throws IllegalArgumentException if a setting is invalid, with its name and the reason; nothing has changed
     */
    @Override
    public synchronized void save() {
        if (BulkChange.contains(this)) {
            return;
        }
        Settings checked;
        try {
            checked = toSettings();
        } catch (IllegalArgumentException e) {
            load();
            throw e;
        }
        current = checked;
        super.save(); // notifies listeners
    }

    @Override
    public synchronized boolean configure(StaplerRequest2 request, JSONObject json) throws FormException {
        try (BulkChange change = new BulkChange(this)) {
            reset(); // a form does not send empty values
            request.bindJSON(this, json);
            change.commit();
            return true;
        } catch (IllegalArgumentException e) {
            load();
            throw new FormException(e.getMessage(), e, "loadshare");
        } catch (IOException e) {
            throw new FormException(e, "loadshare");
        }
    }

    /** Answers the form before it is saved: why its values are refused, if they are. */
    @POST
    public HttpResponse doValidate(StaplerRequest2 request) throws ServletException {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        JSONObject answer = new JSONObject();
        LoadshareConfiguration draft = new LoadshareConfiguration();
        try {
            draft.reset();
            request.bindJSON(draft, request.getSubmittedForm().getJSONObject(getJsonSafeClassName()));
            draft.toSettings();
        } catch (IllegalArgumentException e) {
            answer.put("message", e.getMessage());
        }
        return HttpResponses.text(answer.toString());
    }

    /** Sets all settings to their defaults. */
    void reset() {
        hosts = new ArrayList<>();
        pools = new ArrayList<>();
        licenses = new ArrayList<>();
        software = new ArrayList<>();
        scan = new ScanSection();
        placement = new PlacementSection();
        retry = new RetrySection();
        query = new QuerySection();
        ssh = new SshSection();
        job = new JobSection();
        desktop = new DesktopSection();
        nodes = new NodesSection();
        agents = new AgentsSection();
    }

    private Settings toSettings() {
        Path home = Jenkins.get().getRootDir().toPath();
        ScanSettings scanning = SettingValues.in("scan: ", scan::toSettings);
        Configuration core = new Configuration(
                inventory(),
                false,
                each("licenses", licenses, LicenseEntry::getName, LicenseEntry::toFeature),
                each("software", software, SoftwareEntry::getName, SoftwareEntry::toSoftware),
                scanning,
                SettingValues.in("placement: ", () -> placement.toSettings(scanning.maxAge())),
                SettingValues.in("retry: ", retry::toSettings),
                SettingValues.in("query: ", query::toSettings),
                SettingValues.in("ssh: ", ssh::toSettings),
                SettingValues.in("job: ", job::toSettings),
                SettingValues.in("desktop: ", desktop::toSettings),
                AgentSettings.DEFAULT,
                new StateSettings(home.resolve("loadshare").resolve("state"), false));
        Map<String, PoolUsers> users = new LinkedHashMap<>();
        each("pools", pools, PoolEntry::getName, pool -> users.put(pool.getName(), pool.toUsers()));
        return new Settings(
                core,
                users,
                ssh.toCredentialsId(),
                SettingValues.in("ssh: ", () -> ssh.toHostKeys(home)),
                ssh.getHostKeys(),
                SettingValues.in("nodes: ", nodes::toSettings),
                SettingValues.in("agents: ", agents::toSettings),
                SettingValues.in("job: ", job::toCollectLimits));
    }

    private HostInventory inventory() {
        List<Host> machines = each("hosts", hosts, HostEntry::getName, HostEntry::toHosts).stream()
                .flatMap(List::stream)
                .toList();
        List<Host> all = new ArrayList<>(machines);
        each("pools", pools, PoolEntry::getName, pool -> pool.toCluster(machines))
                .forEach(cluster -> cluster.ifPresent(all::add));
        return new HostInventory(all, each("pools", pools, PoolEntry::getName, PoolEntry::toPool));
    }

    /** Converts each entry of a list. A message about an entry begins with the list's key and the entry's name. */
    private static <E, T> List<T> each(
            String key, List<E> entries, Function<E, String> name, Function<E, T> conversion) {
        return entries.stream()
                .map(entry -> SettingValues.in(
                        key + " " + Quoted.of(Util.fixNull(name.apply(entry))) + ": ", () -> conversion.apply(entry)))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    public List<HostEntry> getHosts() {
        return hosts;
    }

    @DataBoundSetter
    public void setHosts(List<HostEntry> hosts) {
        this.hosts = new ArrayList<>(hosts);
    }

    public List<PoolEntry> getPools() {
        return pools;
    }

    @DataBoundSetter
    public void setPools(List<PoolEntry> pools) {
        this.pools = new ArrayList<>(pools);
    }

    public List<LicenseEntry> getLicenses() {
        return licenses;
    }

    @DataBoundSetter
    public void setLicenses(List<LicenseEntry> licenses) {
        this.licenses = new ArrayList<>(licenses);
    }

    public List<SoftwareEntry> getSoftware() {
        return software;
    }

    @DataBoundSetter
    public void setSoftware(List<SoftwareEntry> software) {
        this.software = new ArrayList<>(software);
    }

    public ScanSection getScan() {
        return scan;
    }

    @DataBoundSetter
    public void setScan(ScanSection scan) {
        this.scan = scan;
    }

    public PlacementSection getPlacement() {
        return placement;
    }

    @DataBoundSetter
    public void setPlacement(PlacementSection placement) {
        this.placement = placement;
    }

    public RetrySection getRetry() {
        return retry;
    }

    @DataBoundSetter
    public void setRetry(RetrySection retry) {
        this.retry = retry;
    }

    public QuerySection getQuery() {
        return query;
    }

    @DataBoundSetter
    public void setQuery(QuerySection query) {
        this.query = query;
    }

    public SshSection getSsh() {
        return ssh;
    }

    @DataBoundSetter
    public void setSsh(SshSection ssh) {
        this.ssh = ssh;
    }

    public JobSection getJob() {
        return job;
    }

    @DataBoundSetter
    public void setJob(JobSection job) {
        this.job = job;
    }

    public DesktopSection getDesktop() {
        return desktop;
    }

    @DataBoundSetter
    public void setDesktop(DesktopSection desktop) {
        this.desktop = desktop;
    }

    public NodesSection getNodes() {
        return nodes;
    }

    @DataBoundSetter
    public void setNodes(NodesSection nodes) {
        this.nodes = nodes;
    }

    public AgentsSection getAgents() {
        return agents;
    }

    @DataBoundSetter
    public void setAgents(AgentsSection agents) {
        this.agents = agents;
    }
}
