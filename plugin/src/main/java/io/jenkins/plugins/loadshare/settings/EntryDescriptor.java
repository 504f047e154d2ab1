package io.jenkins.plugins.loadshare.settings;

import hudson.model.Describable;
import hudson.model.Descriptor;
import java.util.List;

/** What the descriptors of all parts of the configuration have in common. */
public abstract class EntryDescriptor<T extends Describable<T>> extends Descriptor<T> {

    /** A list as a form shows it: a word a line. */
    public String lines(List<String> words) {
        return words == null ? "" : String.join("\n", words);
    }
}
