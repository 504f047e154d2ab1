package io.loadshare.load;

import io.loadshare.LoadshareException;

/** A text was written by a newer loadshare: it is not damaged, and must not be overwritten by this one. */
public final class NewerFormatException extends LoadshareException {

    public NewerFormatException(String source, String found, int known) {
        super(
                Kind.DATA,
                source + " was written by a newer loadshare (format " + found + ", this one knows " + known
                        + "); update loadshare here");
    }
}
