package io.jenkins.plugins.loadshare.steps;

import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.ComboBoxModel;
import hudson.util.FormValidation;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.Durations;
import io.loadshare.Numbers;
import io.loadshare.job.JobLimits;
import io.loadshare.job.JobSpec;
import io.loadshare.software.LauncherArguments;
import io.loadshare.software.Software;
import io.loadshare.transport.ShellWords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/**
 * The Pipeline step {@code loadshare}, which runs a script, a program of the software catalog, or a Matlab batch command
 * on the least loaded host.
 */
public final class LoadshareStep extends PlacingStep {

    private static final long serialVersionUID = 1L;

    private static final String COMMAND = "command";
    private static final Pattern NEXT_ENTRY = Pattern.compile("\\R(?=[A-Za-z_][A-Za-z0-9_]*=)");

    private final String script;
    private List<String> command; // null if it is not set, as in jobs stored by earlier versions
    private String batch;
    private String version;
    private String dir;
    private String timeLimit;
    private String memoryLimit;
    private List<String> env = new ArrayList<>();
    private int retryLicense;
    private String collect;
    private String display;
    private boolean returnStatus;
    private boolean returnStdout;

    /** @param script runs under the interpreter named in its first line, or else under {@code sh -xe} */
    @DataBoundConstructor
    public LoadshareStep(String script) {
        this.script = Util.fixNull(script);
    }

    @Override
    public StepExecution start(StepContext context) throws IOException, InterruptedException {
        check();
        followDesktop(context);
        return new ScriptExecution(context, this);
    }

    @Override
    protected void checkValues() {
        long given = Stream.of(!script.isBlank(), command != null, batch != null)
                .filter(present -> present)
                .count();
        if (given != 1) {
            throw new IllegalArgumentException("specify exactly one of script, command and batch ("
                    + (given == 0 ? "none is set)" : given + " are set)"));
        }
        if (script.isBlank() && getSoftware() == null) {
            throw new IllegalArgumentException((batch != null ? "batch" : "command")
                    + " requires software: set software to the name of an entry of the catalog");
        }
        if (retryLicense < 0) {
            throw new IllegalArgumentException("retryLicense must be ≥ 0, was " + retryLicense);
        }
        if (returnStatus && returnStdout) {
            throw new IllegalArgumentException("returnStatus and returnStdout exclude each other: take one");
        }
        variables();
        limits();
        display();
        collects();
        super.checkValues();
    }

    @Override
    protected JobSpec toSpec(String id, Settings settings, Map<String, String> environment) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        if (display() != JobSpec.Display.NONE
                || !BuildVariables.desktopHost(environment).equals(Optional.ofNullable(getHosts()))) {
            all.keySet().removeAll(BuildVariables.OF_DESKTOP);
        }
        Optional<Software> software = Optional.ofNullable(getSoftware()).map(settings.core()::software);
        software.ifPresent(entry -> all.putAll(variables(entry)));
        all.putAll(variables());
        int slots = toWish().slots(settings.core());
        JobSpec spec = software.map(entry -> toSpec(id, entry, slots))
                .orElseGet(() -> JobSpec.of(id, new JobSpec.Script(script)))
                .withSlots(slots);
        if (dir != null) {
            spec = spec.withDirectory(dir, true);
        }
        // All variables are sent as secrets, since it is unknown which of them hold one.
        return spec.withSecrets(all)
                .withDisplay(display())
                .withLimits(limits())
                .withOutput(returnStdout ? JobSpec.Output.APART : JobSpec.Output.JOINED);
    }

    private JobSpec.Display display() {
        return display == null ? JobSpec.Display.NONE : JobSpec.Display.parse(display);
    }

    private JobLimits limits() {
        return new JobLimits(
                value("timeLimit", timeLimit, Durations::parse),
                value("memoryLimit", memoryLimit, Numbers::parseBytes));
    }

    /** Returns the job as the command line would start it: {@code loadshare spm} or {@code loadshare launch}. */
    private JobSpec toSpec(String id, Software software, int slots) {
        if (!script.isBlank()) {
            return software.prepare(JobSpec.of(id, new JobSpec.Script(script)));
        }
        return batch != null
                ? LauncherArguments.batch(software, Optional.ofNullable(version), batch)
                        .toSpec(id, software, slots)
                : software.toSpec(id, command, slots);
    }

    private Map<String, String> variables(Software software) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("LOADSHARE_SOFTWARE", software.name());
        if (!software.versions().isEmpty() || version != null) {
            Software.Version used = version == null ? software.defaultOrLastVersion() : software.version(version);
            variables.put("LOADSHARE_VERSION", used.name());
            variables.put("LOADSHARE_PATH", used.path());
        }
        return variables;
    }

    private Map<String, String> variables() {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String line : env) {
            int sign = line.indexOf('=');
            if (sign < 1) {
                throw new IllegalArgumentException("env must be NAME=VALUE, one begins with '"
                        + line.substring(0, Math.min(8, line.length())) + "' and holds no '=' behind a name");
            }
            variables.put(line.substring(0, sign), line.substring(sign + 1));
        }
        return variables;
    }

    public String getScript() {
        return script;
    }

    public List<String> getCommand() {
        return command;
    }

    /** Sets the program and its arguments. The descriptor splits them if they are one text. */
    @DataBoundSetter
    public void setCommand(List<String> command) {
        this.command = Util.fixNull(command).isEmpty() ? null : new ArrayList<>(command);
    }

    public String getBatch() {
        return batch;
    }

    @DataBoundSetter
    public void setBatch(String batch) {
        this.batch = Util.fixEmptyAndTrim(batch);
    }

    public String getVersion() {
        return version;
    }

    @DataBoundSetter
    public void setVersion(String version) {
        this.version = Util.fixEmptyAndTrim(version);
    }

    public String getDir() {
        return dir;
    }

    @DataBoundSetter
    public void setDir(String dir) {
        this.dir = Util.fixEmptyAndTrim(dir);
    }

    public String getTimeLimit() {
        return timeLimit;
    }

    @DataBoundSetter
    public void setTimeLimit(String timeLimit) {
        this.timeLimit = Util.fixEmptyAndTrim(timeLimit);
    }

    public String getMemoryLimit() {
        return memoryLimit;
    }

    @DataBoundSetter
    public void setMemoryLimit(String memoryLimit) {
        this.memoryLimit = Util.fixEmptyAndTrim(memoryLimit);
    }

    public int getRetryLicense() {
        return retryLicense;
    }

    /** Sets how often the job is run again, later, if the license server refuses it a license. */
    @DataBoundSetter
    public void setRetryLicense(int retryLicense) {
        this.retryLicense = retryLicense;
    }

    public String getCollect() {
        return collect;
    }

    /** Sets the files to copy into the archive of the build, as patterns of Ant relative to the directory of the job. */
    @DataBoundSetter
    public void setCollect(String collect) {
        this.collect = Util.fixEmptyAndTrim(collect);
    }

    public String getDisplay() {
        return display;
    }

    /** Sets the display of the job: {@code virtual} for one without a screen. */
    @DataBoundSetter
    public void setDisplay(String display) {
        this.display = Util.fixEmptyAndTrim(display);
    }

    @Override
    Optional<FilePatterns> collects() {
        return Optional.ofNullable(collect).map(FilePatterns::parse);
    }

    @Override
    String directory() {
        return dir == null ? super.directory() : dir;
    }

    @Override
    int retries() {
        return retryLicense;
    }

    public List<String> getEnv() {
        return env.isEmpty() ? null : env;
    }

    /** Sets the entries {@code NAME=VALUE}. A form sends them as one text with one entry per line. */
    @DataBoundSetter
    public void setEnv(List<String> env) {
        boolean form = env != null && env.size() == 1;
        this.env = Util.fixNull(env).stream()
                .flatMap(entry -> form ? NEXT_ENTRY.splitAsStream(entry.replace("\r\n", "\n")) : Stream.of(entry))
                .filter(entry -> !entry.isBlank())
                .collect(Collectors.toCollection(ArrayList::new));
    }

    public boolean isReturnStatus() {
        return returnStatus;
    }

    @DataBoundSetter
    public void setReturnStatus(boolean returnStatus) {
        this.returnStatus = returnStatus;
    }

    public boolean isReturnStdout() {
        return returnStdout;
    }

    @DataBoundSetter
    public void setReturnStdout(boolean returnStdout) {
        this.returnStdout = returnStdout;
    }

    /** The descriptor of the step for Pipeline and its form. */
    @Extension
    public static final class DescriptorImpl extends PlacingStepDescriptor {

        @Override
        public String getFunctionName() {
            return "loadshare";
        }

        @Override
        public String getDisplayName() {
            return Messages.LoadshareStep_displayName();
        }

        @POST
        public ComboBoxModel doFillVersionItems(@AncestorInPath Item item, @QueryParameter String software) {
            return suggest(item, names -> names.versions(software));
        }

        @POST
        public ComboBoxModel doFillCommandItems(@AncestorInPath Item item, @QueryParameter String software) {
            return suggest(item, names -> names.commands(software));
        }

        @POST
        public FormValidation doCheckScript(
                @AncestorInPath Item item,
                @QueryParameter String value,
                @QueryParameter String command,
                @QueryParameter String batch) {
            Function<String, LoadshareStep> filled = script -> {
                LoadshareStep step = new LoadshareStep(script);
                step.setCommand(ShellWords.split(Util.fixNull(command)));
                step.setBatch(batch);
                return step;
            };
            return checkSteps(item, () -> filled.apply(""), () -> filled.apply(value));
        }

        /** Accepts a command as one text, split as by a shell. */
        @Override
        public Map<String, Object> customInstantiate(Map<String, Object> arguments) {
            Map<String, Object> changed = super.customInstantiate(arguments);
            changed.computeIfPresent(
                    COMMAND, (name, value) -> value instanceof String text ? ShellWords.split(text) : value);
            return changed;
        }

        /** Omits an empty script from the snippet of a command or a batch. */
        @Override
        public UninstantiatedDescribable customUninstantiate(UninstantiatedDescribable step) {
            Map<String, Object> arguments = new TreeMap<>(step.getArguments());
            if (arguments.containsKey(COMMAND) || arguments.containsKey("batch")) {
                arguments.remove("script", "");
            }
            UninstantiatedDescribable shown =
                    new UninstantiatedDescribable(step.getSymbol(), step.getKlass(), arguments);
            shown.setModel(step.getModel());
            return shown;
        }

        /** The form has the command as one text. */
        @Override
        public Step newInstance(StaplerRequest2 request, JSONObject form) throws FormException {
            try {
                form.put(COMMAND, JSONArray.fromObject(ShellWords.split(form.optString(COMMAND))));
                return super.newInstance(request, form);
            } catch (IllegalArgumentException e) {
                throw new FormException(e.getMessage(), e, COMMAND);
            }
        }

        /** Returns a command as the form shows it. */
        public String shellWords(List<String> command) {
            return ShellWords.join(Util.fixNull(command));
        }

        @POST
        public FormValidation doCheckCommand(
                @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String software) {
            return check(item, value, software, step -> step.setCommand(ShellWords.split(value)));
        }

        @POST
        public FormValidation doCheckBatch(
                @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String software) {
            return check(item, value, software, step -> step.setBatch(value));
        }

        /** Validates what takes the place of a script. */
        private static FormValidation check(Item item, String value, String software, Consumer<LoadshareStep> set) {
            if (value.isBlank()) {
                return FormValidation.ok();
            }
            Function<String, LoadshareStep> filled = script -> {
                LoadshareStep step = new LoadshareStep(script);
                step.setSoftware(software);
                return step;
            };
            return checkSteps(item, () -> filled.apply("true"), () -> {
                LoadshareStep step = filled.apply("");
                set.accept(step);
                return step;
            });
        }

        @POST
        public FormValidation doCheckEnv(@AncestorInPath Item item, @QueryParameter String value) {
            return check(item, () -> new LoadshareStep("true"), step -> step.setEnv(List.of(value)));
        }

        @POST
        public FormValidation doCheckTimeLimit(@AncestorInPath Item item, @QueryParameter String value) {
            return check(item, () -> new LoadshareStep("true"), step -> step.setTimeLimit(value));
        }

        @POST
        public FormValidation doCheckMemoryLimit(@AncestorInPath Item item, @QueryParameter String value) {
            return check(item, () -> new LoadshareStep("true"), step -> step.setMemoryLimit(value));
        }

        @POST
        public FormValidation doCheckDisplay(@AncestorInPath Item item, @QueryParameter String value) {
            return check(item, () -> new LoadshareStep("true"), step -> step.setDisplay(value));
        }

        @POST
        public FormValidation doCheckCollect(@AncestorInPath Item item, @QueryParameter String value) {
            return check(item, () -> new LoadshareStep("true"), step -> step.setCollect(value));
        }

        @POST
        public FormValidation doCheckRetryLicense(@AncestorInPath Item item, @QueryParameter String value) {
            return value.isBlank() || !mayConfigure(item)
                    ? FormValidation.ok()
                    : FormValidation.validateNonNegativeInteger(value);
        }

        @POST
        public FormValidation doCheckVersion(
                @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String software) {
            Supplier<LoadshareStep> filled = () -> {
                LoadshareStep step = new LoadshareStep("true");
                step.setSoftware(software);
                return step;
            };
            return check(item, filled, step -> step.setVersion(value));
        }

        @POST
        public FormValidation doCheckReturnStdout(
                @AncestorInPath Item item, @QueryParameter boolean value, @QueryParameter boolean returnStatus) {
            return check(item, () -> new LoadshareStep("true"), step -> {
                step.setReturnStatus(returnStatus);
                step.setReturnStdout(value);
            });
        }
    }
}
