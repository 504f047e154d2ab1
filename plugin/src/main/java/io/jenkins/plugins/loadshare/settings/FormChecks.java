package io.jenkins.plugins.loadshare.settings;

import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.loadshare.LoadshareException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jenkins.model.Jenkins;

/** Puts what a conversion says of a value beside its form field. Only administrators are told anything. */
final class FormChecks {

    private FormChecks() {}

    /**
     * Converts an entry that holds one value beside what it cannot do without.
     *
     * @param value sets that value
     * @param conversion refuses a bad value by an IllegalArgumentException, and doubts one by a Failure
     */
    static <T> FormValidation of(Supplier<T> entry, Consumer<T> value, Consumer<T> conversion) {
        if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
            return FormValidation.ok();
        }
        try {
            T filled = entry.get();
            value.accept(filled);
            conversion.accept(filled);
            return FormValidation.ok();
        } catch (IllegalArgumentException e) {
            return FormValidation.error(e.getMessage());
        } catch (LoadshareException e) {
            return FormValidation.warning(e.getMessage());
        }
    }

    /** The constants of an enum by their names in YAML, for administrators. */
    static <T extends Enum<T>> ListBoxModel items(Class<T> type) {
        ListBoxModel items = new ListBoxModel();
        if (Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
            SettingValues.names(type).forEach(items::add);
        }
        return items;
    }
}
