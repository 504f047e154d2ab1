package io.jenkins.plugins.loadshare.steps;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.model.Computer;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.Secret;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.service.Requester;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.CauseOfInterruption;
import org.jenkinsci.plugins.workflow.actions.LogAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.support.actions.PauseAction;

/**
 * The execution of a Pipeline step that runs a job. The build's program stores the step, encrypted, since its values
 * may be secret. Separate {@linkplain io.jenkins.plugins.loadshare.service.BuildJobs records} hold where its job runs.
 */
abstract class PlacingExecution extends StepExecution implements JobOwner {

    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(PlacingExecution.class.getName());

    /** Persistent: the step, serialized and encrypted. XML could not hold every text that a script may contain. */
    private final String sealed;

    /** Persistent: when the step started; its wait limit counts from then. */
    private final Instant since = LoadshareService.get().clock().instant();

    /** Transient. */
    private transient volatile StepJob job;

    /** Transient: looked up once, since the lookup may need the build's program. */
    private transient volatile Run<?, ?> run;

    /** Transient: looked up once, for the same reason. */
    private transient volatile FlowNode node;

    PlacingExecution(StepContext context, PlacingStep step) {
        super(context);
        sealed = seal(step);
    }

    @Override
    public boolean start() throws Exception {
        begin();
        return false;
    }

    @Override
    public void onResume() {
        try {
            begin();
        } catch (Exception e) { // otherwise the step would wait forever
            getContext().onFailure(e);
        }
    }

    private void begin() throws IOException, InterruptedException {
        run = getContext().get(Run.class);
        node = getContext().get(FlowNode.class);
        job = new StepJob(LoadshareService.get(), step(sealed), this);
        beginJob();
    }

    /** Starts the job, or resumes it after a restart. */
    void beginJob() {
        job.begin();
    }

    private static String seal(PlacingStep step) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(step);
        } catch (IOException e) {
            throw new UncheckedIOException("the step cannot be stored: " + e.getMessage(), e);
        }
        return Secret.fromString(Base64.getEncoder().encodeToString(bytes.toByteArray()))
                .getEncryptedValue();
    }

    private static PlacingStep step(String sealed) throws IOException {
        Secret secret = Objects.requireNonNull(Secret.decrypt(sealed), "a step of another controller");
        try (ObjectInputStream in = new ObjectInputStream(
                new ByteArrayInputStream(Base64.getDecoder().decode(secret.getPlainText())))) {
            return (PlacingStep) in.readObject();
        } catch (IllegalArgumentException | ClassNotFoundException | InvalidClassException e) {
            throw new AbortException("this step was started by another version of the plugin and cannot be resumed: "
                    + e.getMessage() + ". Its job may still run: see the Loadshare page");
        }
    }

    @Override
    public void stop(Throwable cause) {
        StepJob running = job;
        if (running == null) {
            getContext().onFailure(cause); // not resumed; its job stays on record
        } else {
            running.stop(cause);
        }
    }

    @Override
    public void abort(String by) {
        job.say("Abort requested by " + by); // Jenkins names the user only once the build is over
        stop(new FlowInterruptedException(Result.ABORTED, true, new CauseOfInterruption.UserInterruption(by)));
    }

    final StepJob job() {
        return job;
    }

    @Override
    public String getStatus() {
        StepJob running = job;
        return running == null ? "not yet resumed" : running.status();
    }

    @Override
    public Requester requester() {
        return Requester.of(run);
    }

    @Override
    public String step() {
        return node.getId();
    }

    @Override
    public boolean isOver() {
        return !node.isActive();
    }

    @Override
    public Instant since() {
        return since;
    }

    @Override
    public void copyLog(OutputStream sink) throws IOException {
        LogAction log = node.getAction(LogAction.class);
        if (log != null) {
            Writer writer = new OutputStreamWriter(sink, StandardCharsets.UTF_8);
            try (Reader all = log.getLogText().readAll()) { // other methods omit a last line without a line end
                all.transferTo(writer);
            }
            writer.flush();
        }
    }

    @Override
    public TaskListener listener() throws IOException, InterruptedException {
        return getContext().get(TaskListener.class);
    }

    @Override
    public Map<String, String> variables() throws IOException, InterruptedException {
        return BuildVariables.of(getContext().get(EnvVars.class), getContext().get(Computer.class));
    }

    /** Marks the wait in the graph of the build, so that its views and durations do not count it as work. */
    @Override
    public void waits(List<String> reasons) {
        boolean waiting = !reasons.isEmpty();
        try {
            if (PauseAction.isPaused(node) == waiting) {
                return;
            }
            if (waiting) {
                node.addAction(new PauseAction(Messages.PlacingExecution_waits()));
            } else {
                PauseAction.endCurrentPause(node);
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The pause of " + run + " was not stored", e);
        }
    }

    @Override
    public void failed(Throwable cause) {
        getContext().onFailure(cause);
    }
}
