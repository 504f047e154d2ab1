package io.jenkins.plugins.loadshare.settings;

/**
 * The most that one step may collect into the archive of its build.
 *
 * @param size bytes of all its files
 */
public record CollectLimits(int files, long size) {

    static final CollectLimits DEFAULT = new CollectLimits(1000, 1L << 30);

    public CollectLimits {
        if (files < 1) {
            throw new IllegalArgumentException("collectFiles must be ≥ 1, was " + files);
        }
        if (size < 1) {
            throw new IllegalArgumentException("collectSize must be ≥ 1, was " + size);
        }
    }
}
