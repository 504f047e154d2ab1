package io.jenkins.plugins.loadshare.settings;

import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.loadshare.LoadshareException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jenkins.model.Jenkins;

/**
 * The common base of the descriptors of all parts of the configuration. It validates fields with the conversions of the
 * settings; only administrators see results.
 */
public abstract class EntryDescriptor<T extends Describable<T>> extends Descriptor<T> {

    /** Formats a list for a form: one word per line. */
    public String lines(List<String> words) {
        return words == null ? "" : String.join("\n", words);
    }

    /**
     * Converts an entry that has one value and the required others.
     *
     * @param value sets that value
     * @param conversion throws an IllegalArgumentException for an invalid value, and a LoadshareException for a warning
     */
    protected static <E> FormValidation validate(Supplier<E> entry, Consumer<E> value, Consumer<E> conversion) {
        if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
            return FormValidation.ok();
        }
        try {
            E filled = entry.get();
            value.accept(filled);
            conversion.accept(filled);
            return FormValidation.ok();
        } catch (IllegalArgumentException e) {
            return FormValidation.error(e.getMessage());
        } catch (LoadshareException e) {
            return FormValidation.warning(e.getMessage());
        }
    }

    /** Validates a value that the entry requires. An empty field is refused on saving, not before it was filled in. */
    protected static <E> FormValidation validateRequired(String value, Supplier<E> entry, Consumer<E> conversion) {
        return Util.fixNull(value).isBlank() ? FormValidation.ok() : validate(entry, filled -> {}, conversion);
    }

    /** Lists the constants of an enum by their names in YAML, for administrators. */
    static <E extends Enum<E>> ListBoxModel items(Class<E> type) {
        ListBoxModel items = new ListBoxModel();
        if (Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
            SettingValues.names(type).forEach(items::add);
        }
        return items;
    }

    /**
     * Lists the configured licenses, and the current value if it is not one of them.
     *
     * @param mayConfigure whether the user may see more than the current value
     */
    public static ListBoxModel licenses(String current, boolean mayConfigure) {
        ListBoxModel items = new ListBoxModel();
        if (mayConfigure) {
            Settings.current().core().licenses().forEach(feature -> items.add(feature.name()));
        }
        String name = Util.fixNull(current);
        if (!name.isEmpty() && items.stream().noneMatch(option -> option.value.equals(name))) {
            items.add(name);
        }
        return items;
    }

    /** Checks whether a license is configured. */
    public static FormValidation checkLicense(String name) {
        try {
            Settings.current().core().license(name);
            return FormValidation.ok();
        } catch (LoadshareException e) {
            return FormValidation.error(e.getMessage());
        }
    }
}
