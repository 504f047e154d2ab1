package io.loadshare.load;

import io.loadshare.LoadshareException;

/** Thrown for text written by a newer loadshare, which is not damaged and must not be overwritten by this version. */
public final class NewerFormatException extends LoadshareException {

    public NewerFormatException(String source, String found, int known) {
        super(
                Kind.DATA,
                source + " was written by a newer loadshare (format " + found + ", this one knows " + known
                        + "); update loadshare here");
    }
}
