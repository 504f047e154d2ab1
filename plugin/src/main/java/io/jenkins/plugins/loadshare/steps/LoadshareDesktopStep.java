package io.jenkins.plugins.loadshare.steps;

import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.HostAccess;
import io.jenkins.plugins.loadshare.service.PluginServices;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import io.loadshare.desktop.DesktopHosts;
import io.loadshare.desktop.DesktopJob;
import io.loadshare.desktop.Desktops;
import io.loadshare.desktop.Geometry;
import io.loadshare.desktop.KnownDesktop;
import io.loadshare.dispatch.JobKind;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.job.Job;
import io.loadshare.job.JobRecord;
import io.loadshare.job.JobSpec;
import io.loadshare.placement.PlacementRequest;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * The Pipeline step {@code loadshareDesktop}, which finds a VNC desktop of its login, or runs one on the least loaded
 * host while its block runs. The steps in the block run on that host and draw on the desktop, unless they request hosts
 * or a pool themselves.
 */
public final class LoadshareDesktopStep extends PlacingStep {

    private static final long serialVersionUID = 1L;

    private String geometry;
    private boolean another;

    @DataBoundConstructor
    public LoadshareDesktopStep() {
        setSlots(0); // like each desktop; the steps in the block reserve what they need
    }

    @Override
    public StepExecution start(StepContext context) throws AbortException {
        check();
        return new DesktopExecution(context, this);
    }

    @Override
    protected boolean isHolder() {
        return true;
    }

    @Override
    protected void checkValues() {
        toGeometry();
        super.checkValues();
    }

    private Geometry toGeometry() {
        return geometry == null ? Geometry.DEFAULT : Geometry.parse(geometry);
    }

    @Override
    protected JobKind kind() {
        return JobKind.ownJob(DesktopJob.BLOCK_PREFIX);
    }

    /**
     * Finds a desktop that was started with {@code loadshare desktop}. A size or a reservation would not apply to it.
     */
    @Override
    Optional<FoundDesktop> find(
            PlacementRequest request,
            PluginServices services,
            Function<Host, HostAccess> access,
            Consumer<String> say) {
        if (another
                || geometry != null
                || request.slots() > 0
                || !request.licenses().isEmpty()) {
            return Optional.empty();
        }
        for (KnownDesktop known : KnownDesktop.of(
                request, services.scans().latest(), services.reservations().view())) {
            try {
                Optional<FoundDesktop> found =
                        find(known, request.user(), desktops(access.apply(known.host()), services.settings()));
                if (found.isPresent()) {
                    return found;
                }
            } catch (LoadshareException e) {
                say.accept("Desktop " + known.id() + " on " + known.host().name()
                        + " may still run, but cannot be used: " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    private static Optional<FoundDesktop> find(KnownDesktop known, String user, DesktopHosts hosts) {
        return hosts.job(known.host(), known.id())
                .map(JobRecord::job)
                .flatMap(job -> hosts.find(known.host(), job).map(desktop -> new FoundDesktop(desktop, job, user)));
    }

    @Override
    protected PlacementRequest restrict(PlacementRequest request, HostInventory inventory) {
        return Desktops.onMachines(request, inventory);
    }

    @Override
    protected JobSpec toSpec(String id, Settings settings, Map<String, String> environment) {
        return JobSpec.of(id, settings.core().desktop().command());
    }

    @Override
    protected JobSpec toSpec(BuildJob job, Settings settings, Map<String, String> environment) {
        return DesktopJob.spec(
                job.id(), job.host(), job.user(), toGeometry(), settings.core().desktop());
    }

    @Override
    protected void awaitReady(BuildJob known, Job job, HostAccess access, Settings settings) {
        desktops(access, settings).awaitReady(known.host(), job);
    }

    static DesktopHosts desktops(HostAccess access, Settings settings) {
        return new DesktopHosts(
                access.engine(), access.transport(), settings.core().scan().timeout(), System::nanoTime);
    }

    public String getGeometry() {
        return geometry;
    }

    @DataBoundSetter
    public void setGeometry(String geometry) {
        this.geometry = Util.fixEmptyAndTrim(geometry);
    }

    public boolean isNew() {
        return another;
    }

    @DataBoundSetter
    public void setNew(boolean another) {
        this.another = another;
    }

    /** The descriptor of the step for Pipeline and its form. */
    @Extension
    public static final class DescriptorImpl extends PlacingStepDescriptor {

        @Override
        public String getFunctionName() {
            return "loadshareDesktop";
        }

        @Override
        public String getDisplayName() {
            return Messages.LoadshareDesktopStep_displayName();
        }

        @Override
        public boolean takesImplicitBlockArgument() {
            return true;
        }

        @POST
        public FormValidation doCheckGeometry(@AncestorInPath Item item, @QueryParameter String value) {
            return check(item, LoadshareDesktopStep::new, step -> step.setGeometry(value));
        }
    }
}
