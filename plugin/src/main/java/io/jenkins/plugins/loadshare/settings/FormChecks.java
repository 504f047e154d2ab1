package io.jenkins.plugins.loadshare.settings;

import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.loadshare.LoadshareException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jenkins.model.Jenkins;

/** Validates form fields with the conversions of the settings. Only administrators see results. */
final class FormChecks {

    private FormChecks() {}

    /**
     * Converts an entry that has one value and the required others.
     *
     * @param value sets that value
     * @param conversion throws an IllegalArgumentException for an invalid value, and a LoadshareException for a warning
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

    /** Lists the constants of an enum by their names in YAML, for administrators. */
    static <T extends Enum<T>> ListBoxModel items(Class<T> type) {
        ListBoxModel items = new ListBoxModel();
        if (Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
            SettingValues.names(type).forEach(items::add);
        }
        return items;
    }
}
