package io.loadshare.store;

import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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
     * @param bytes the file from {@link #offset} on
     */
    LedgerReader read(byte[] fileId, byte[] bytes, Consumer<String> warnings) {
        List<LedgerRecord> records = new ArrayList<>();
        List<String> complaints = new ArrayList<>();
        long newCompactAt = compactAt;
        int newDamaged = damaged;
        int from = 0;
        for (int to = 0; to < bytes.length; to++) {
            if (bytes[to] != '\n') {
                continue;
            }
            if (to == from) { // the newline that ended a line that was not torn but only partly visible
                from++;
                continue;
            }
            LedgerLine line = LedgerLine.parse(bytes, from, to);
            if (line instanceof LedgerLine.Known known) {
                records.add(known.record());
            } else if (line instanceof LedgerLine.Header header) {
                newCompactAt = header.compactAt();
            } else if (line instanceof LedgerLine.Newer newer) {
                complaints.add("byte " + (offset + from) + ": " + newer.what()
                        + " is not known to this loadshare and was skipped; use the newer one");
            } else if (line instanceof LedgerLine.Damaged damage) {
                newDamaged++;
                complaints.add("byte " + (offset + from) + ": damaged line skipped (" + damage.why() + "): "
                        + excerpt(bytes, from, to));
            }
            from = to + 1;
        }
        complaints.stream().limit(REPORTED).forEach(warnings);
        if (complaints.size() > REPORTED) {
            warnings.accept((complaints.size() - REPORTED) + " more lines were skipped");
        }
        return new LedgerReader(fileId, offset + from, view.fold(records), newCompactAt, newDamaged, Optional.empty());
    }

    private static String excerpt(byte[] bytes, int from, int to) {
        String start = new String(bytes, from, Math.min(to - from, EXCERPT), StandardCharsets.UTF_8);
        return "'" + start.replaceAll("\\p{Cntrl}", "?") + (to - from > EXCERPT ? "…" : "") + "'";
    }
}
