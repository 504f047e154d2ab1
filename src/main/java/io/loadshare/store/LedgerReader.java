package io.loadshare.store;

import io.loadshare.ledger.LedgerView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.Checksum;

/**
 * The state of reading a ledger file: how far it was read, and the view of it. Immutable.
 *
 * @param id the first line of the file that was read
 * @param offset the start of the first unread line
 * @param view the view after all lines before it
 * @param compactAt the size in bytes at which the file should be compacted
 * @param damaged the number of unreadable lines
 * @param stamp the stamp of the file when it was read up to its end
 */
record LedgerReader(byte[] id, long offset, LedgerView view, long compactAt, int damaged, Optional<FileStamp> stamp) {

    private static final int CHUNK = 64 * 1024;
    private static final int REPORTED = 3;
    private static final int EXCERPT = 60;

    static LedgerReader atStart(LedgerView empty) {
        return new LedgerReader(new byte[0], 0, empty, 0, 0, Optional.empty());
    }

    /** Returns whether reading can continue at the offset in a file with this first line and size. */
    boolean reads(byte[] fileId, long size) {
        return Arrays.equals(id, fileId) && offset <= size;
    }

    LedgerReader stamped(Optional<FileStamp> now) {
        return new LedgerReader(id, offset, view, compactAt, damaged, now);
    }

    /**
     * Returns whether the file of this size should be compacted: it is large, has no header, or contains unreadable
     * lines.
     */
    boolean wantsCompaction(long size) {
        return size >= compactAt || damaged > 0;
    }

    /**
     * Reads the following lines; text after the last newline is left for later.
     *
     * @param fileId the file's first line
     * @param file the file from {@link #offset} on
     * @param sum gets the bytes of all lines that were read
     */
    LedgerReader read(byte[] fileId, InputStream file, LedgerParser parser, Checksum sum, Consumer<String> warnings)
            throws IOException {
        Reading reading = new Reading(parser);
        byte[] chunk = new byte[Math.min(CHUNK, file.available() + 1)];
        int length = 0;
        for (int got = file.read(chunk); got >= 0; got = file.read(chunk, length, chunk.length - length)) {
            length += got;
            int end = reading.lines(chunk, length);
            sum.update(chunk, 0, end);
            length -= end;
            System.arraycopy(chunk, end, chunk, 0, length);
            if (length == chunk.length) {
                chunk = Arrays.copyOf(chunk, 2 * length);
            }
        }
        return reading.result(fileId, warnings);
    }

    /** What has been read so far. */
    private final class Reading {

        private final LedgerParser parser;
        private final List<String> complaints = new ArrayList<>();
        private LedgerView.Folding folding; // null until there is a record
        private long at = offset;
        private long newCompactAt = compactAt;
        private int newDamaged = damaged;

        Reading(LedgerParser parser) {
            this.parser = parser;
        }

        /** Reads the lines that end before {@code length}, and returns the end of the last one. */
        int lines(byte[] bytes, int length) {
            int from = 0;
            for (int to = 0; to < length; to++) {
                if (bytes[to] == '\n') {
                    if (to > from) { // otherwise it ended a line that was not torn but only partly visible
                        line(bytes, from, to);
                    }
                    from = to + 1;
                }
            }
            at += from;
            return from;
        }

        private void line(byte[] bytes, int from, int to) {
            LedgerLine line = parser.parse(bytes, from, to);
            if (line instanceof LedgerLine.Known known) {
                folding = folding == null ? view.folding() : folding;
                folding.add(known.record());
            } else if (line instanceof LedgerLine.Header header) {
                newCompactAt = header.compactAt();
            } else if (line instanceof LedgerLine.Newer newer) {
                complaints.add("byte " + (at + from) + ": " + newer.what()
                        + " is not known to this loadshare and was skipped; use the newer one");
            } else if (line instanceof LedgerLine.Damaged damage) {
                newDamaged++;
                complaints.add("byte " + (at + from) + ": damaged line skipped (" + damage.why() + "): "
                        + excerpt(bytes, from, to));
            }
        }

        LedgerReader result(byte[] fileId, Consumer<String> warnings) {
            complaints.stream().limit(REPORTED).forEach(warnings);
            if (complaints.size() > REPORTED) {
                warnings.accept((complaints.size() - REPORTED) + " more lines were skipped");
            }
            LedgerView now = folding == null ? view : folding.result();
            return new LedgerReader(fileId, at, now, newCompactAt, newDamaged, Optional.empty());
        }
    }

    private static String excerpt(byte[] bytes, int from, int to) {
        String start = new String(bytes, from, Math.min(to - from, EXCERPT), StandardCharsets.UTF_8);
        return "'" + start.replaceAll("\\p{Cntrl}", "?") + (to - from > EXCERPT ? "…" : "") + "'";
    }
}
