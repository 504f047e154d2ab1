package io.loadshare.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.Optional;

/** Detects, without reading a file, whether it was replaced or appended to since it was last read. */
record FileStamp(Object inode, long size, FileTime modified) {

    /** Returns the stamp of a file; empty if it is missing or inaccessible. */
    static Optional<FileStamp> of(Path file) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(new FileStamp(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Written out, like {@link #hashCode}: the generated methods of a record are linked at run time, which slows every
     * start.
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof FileStamp stamp
                && size == stamp.size
                && Objects.equals(inode, stamp.inode)
                && modified.equals(stamp.modified);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(size) ^ modified.hashCode();
    }
}
