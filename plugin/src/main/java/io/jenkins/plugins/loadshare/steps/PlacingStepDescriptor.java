package io.jenkins.plugins.loadshare.steps;

import com.cloudbees.jenkins.plugins.sshcredentials.SSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardUsernameCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernameListBoxModel;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import hudson.util.ComboBoxModel;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.loadshare.settings.ConfiguredNames;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.structs.describable.CustomDescribableModel;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;
import org.springframework.security.core.Authentication;

/**
 * The base descriptor of steps that take a slot, which validates their forms. It answers only users who may configure
 * the job.
 */
public abstract class PlacingStepDescriptor extends StepDescriptor implements CustomDescribableModel {

    /** The parameters that are integers. All other numbers are texts, which may have a unit. */
    private static final Set<String> INTEGERS = Set.of("slots", "retryLicense");

    @Override
    public Set<? extends Class<?>> getRequiredContext() {
        return Set.of(Run.class, TaskListener.class);
    }

    /** Accepts numbers where the form has text, and a map for {@code env}. */
    @Override
    public Map<String, Object> customInstantiate(Map<String, Object> arguments) {
        Map<String, Object> changed = new LinkedHashMap<>(arguments);
        changed.replaceAll((name, value) -> {
            if (value instanceof Number && !INTEGERS.contains(name)) {
                return value.toString();
            }
            if (value instanceof Map<?, ?> map && name.equals("env")) {
                return map.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList();
            }
            return value;
        });
        return changed;
    }

    /** Returns a list as the form shows it in a text box. */
    public String words(List<String> list) {
        return String.join(" ", Util.fixNull(list));
    }

    /** Returns a list as the form shows it, one entry per line. */
    public String lines(List<String> list) {
        return String.join("\n", Util.fixNull(list));
    }

    static boolean mayConfigure(Item item) {
        return item == null ? Jenkins.get().hasPermission(Jenkins.ADMINISTER) : item.hasPermission(Item.CONFIGURE);
    }

    /** Returns the suggestions of a field: nothing for a person who may not configure the job. */
    static ComboBoxModel suggest(Item item, Function<ConfiguredNames, Stream<String>> names) {
        ComboBoxModel model = new ComboBoxModel();
        if (mayConfigure(item)) {
            names.apply(new ConfiguredNames(Settings.current(), item))
                    .distinct()
                    .forEach(model::add);
        }
        return model;
    }

    /** Lists the credentials with which builds of the job may log in. */
    @POST
    public ListBoxModel doFillCredentialsIdItems(@AncestorInPath Item item, @QueryParameter String credentialsId) {
        StandardUsernameListBoxModel items = new StandardUsernameListBoxModel();
        boolean allowed = item == null
                ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : item.hasPermission(Item.EXTENDED_READ) || item.hasPermission(CredentialsProvider.USE_ITEM);
        if (!allowed) {
            return items.includeCurrentValue(credentialsId);
        }
        Authentication user = item instanceof Queue.Task task ? Tasks.getAuthenticationOf2(task) : ACL.SYSTEM2;
        return items.includeEmptyValue()
                .includeMatchingAs(
                        user,
                        item,
                        StandardUsernameCredentials.class,
                        List.of(),
                        CredentialsMatchers.anyOf(
                                CredentialsMatchers.instanceOf(SSHUserPrivateKey.class),
                                CredentialsMatchers.instanceOf(StandardUsernamePasswordCredentials.class)))
                .includeCurrentValue(credentialsId);
    }

    @POST
    public ComboBoxModel doFillPoolItems(@AncestorInPath Item item) {
        return suggest(item, ConfiguredNames::pools);
    }

    @POST
    public ComboBoxModel doFillSoftwareItems(@AncestorInPath Item item) {
        return suggest(item, ConfiguredNames::software);
    }

    @POST
    public ComboBoxModel doFillLicenseItems(@AncestorInPath Item item) {
        return suggest(item, ConfiguredNames::licenses);
    }

    @POST
    public ComboBoxModel doFillHostsItems(@AncestorInPath Item item) {
        return suggest(item, ConfiguredNames::hosts);
    }

    @POST
    public ComboBoxModel doFillTagsItems(@AncestorInPath Item item) {
        return suggest(item, ConfiguredNames::tags);
    }

    @POST
    public FormValidation doCheckPool(@AncestorInPath Item item, @QueryParameter String value) {
        return check(item, step -> step.setPool(value));
    }

    @POST
    public FormValidation doCheckSoftware(@AncestorInPath Item item, @QueryParameter String value) {
        return check(item, step -> step.setSoftware(value));
    }

    @POST
    public FormValidation doCheckHosts(@AncestorInPath Item item, @QueryParameter String value) {
        return check(item, step -> step.setHosts(value));
    }

    @POST
    public FormValidation doCheckLicense(@AncestorInPath Item item, @QueryParameter String value) {
        return check(item, step -> step.setLicense(value));
    }

    @POST
    public FormValidation doCheckTags(@AncestorInPath Item item, @QueryParameter String value) {
        return check(item, step -> step.setTags(List.of(value)));
    }

    @POST
    public FormValidation doCheckMinMemory(@AncestorInPath Item item, @QueryParameter String value) {
        return check(item, step -> step.setMinMemory(value));
    }

    @POST
    public FormValidation doCheckMinCores(@AncestorInPath Item item, @QueryParameter String value) {
        return check(item, step -> step.setMinCores(value));
    }

    @POST
    public FormValidation doCheckMaxLoad(@AncestorInPath Item item, @QueryParameter String value) {
        return check(item, step -> step.setMaxLoad(value));
    }

    @POST
    public FormValidation doCheckSlots(@AncestorInPath Item item, @QueryParameter String value) {
        return value.isBlank() || !mayConfigure(item)
                ? FormValidation.ok()
                : FormValidation.validateNonNegativeInteger(value);
    }

    @POST
    public FormValidation doCheckWait(@AncestorInPath Item item, @QueryParameter String value) {
        return check(item, step -> step.setWait(value));
    }

    private static FormValidation check(Item item, Consumer<WithLoadshareStep> set) {
        return check(item, WithLoadshareStep::new, set);
    }

    /** @param others creates the step with the values on which this one depends */
    static <T extends PlacingStep> FormValidation check(Item item, Supplier<T> others, Consumer<T> set) {
        return checkSteps(item, others, () -> {
            T step = others.get();
            set.accept(step);
            return step;
        });
    }

    /** Validates the step that has a value, as a run would. What is wrong without the value concerns another field. */
    static FormValidation checkSteps(
            Item item, Supplier<? extends PlacingStep> without, Supplier<? extends PlacingStep> with) {
        if (!mayConfigure(item)) {
            return FormValidation.ok();
        }
        String problem = problem(item, with);
        return problem == null || problem.equals(problem(item, without))
                ? FormValidation.ok()
                : FormValidation.error(problem);
    }

    private static String problem(Item item, Supplier<? extends PlacingStep> filled) {
        try {
            PlacingStep step = filled.get();
            step.checkValues();
            Settings settings = Settings.current();
            settings.request(step.toWish(), item, "", 0);
            step.toSpec("check", settings, Map.of());
            return null;
        } catch (IllegalArgumentException | LoadshareException e) {
            return e.getMessage();
        }
    }
}
