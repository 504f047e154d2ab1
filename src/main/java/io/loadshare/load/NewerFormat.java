package io.loadshare.load;

import io.loadshare.Failure;

/** A text was written by a newer loadshare: it is not damaged, and must not be overwritten by this one. */
public final class NewerFormat extends Failure {

    public NewerFormat(String source, String found, int known) {
        super(
                Kind.DATA,
                source + " was written by a newer loadshare (format " + found + ", this one knows " + known
                        + "); update loadshare here");
    }
}
