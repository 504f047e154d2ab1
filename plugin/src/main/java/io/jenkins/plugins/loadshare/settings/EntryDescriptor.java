package io.jenkins.plugins.loadshare.settings;

import hudson.model.Describable;
import hudson.model.Descriptor;
import java.util.List;

/** The common base of the descriptors of all parts of the configuration. */
public abstract class EntryDescriptor<T extends Describable<T>> extends Descriptor<T> {

    /** Formats a list for a form: one word per line. */
    public String lines(List<String> words) {
        return words == null ? "" : String.join("\n", words);
    }
}
