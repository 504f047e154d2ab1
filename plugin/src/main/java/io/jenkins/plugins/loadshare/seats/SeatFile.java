package io.jenkins.plugins.loadshare.seats;

import io.loadshare.store.AtomicFile;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The file that records which build holds which seat, for builds that continue after a restart of Jenkins, such as
 * Pipelines. The reservations themselves are in the ledger.
 *
 * <p>One line for each seat: the ID of the reservation, the node ({@code ?} before the build starts) and the ID of the
 * build, URL-encoded.
 */
final class SeatFile {

    private static final int MAX_BYTES = 16 << 20;
    private static final String NOWHERE = "?";

    private final Path file;
    private final AtomicFile.Access access;
    private List<Kept> written = List.of();

    /** @param run the external id of the build */
    record Kept(String id, Optional<String> node, String run) {

        Kept(BuildSeat seat, String run) {
            this(seat.id(), seat.node(), run);
        }

        private String line() {
            return id + " " + node.map(Kept::encoded).orElse(NOWHERE) + " " + encoded(run) + "\n";
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }

        /** Returns empty for an incomplete line. */
        private static Optional<Kept> parse(String line) {
            String[] words = line.split(" ", -1);
            if (words.length != 3) {
                return Optional.empty();
            }
            Optional<String> node = words[1].equals(NOWHERE) ? Optional.empty() : Optional.of(decoded(words[1]));
            return Optional.of(new Kept(words[0], node, decoded(words[2])));
        }

        private static String decoded(String word) {
            return URLDecoder.decode(word, StandardCharsets.UTF_8);
        }
    }

    SeatFile(Path directory, AtomicFile.Access access) {
        this.file = directory.resolve("seats");
        this.access = access;
    }

    /**
     * @throws io.loadshare.LoadshareException of kind STATE or DATA if it cannot be read
     */
    List<Kept> read() {
        byte[] text = AtomicFile.read(file, MAX_BYTES).orElse(new byte[0]);
        written = new String(text, StandardCharsets.UTF_8)
                .lines()
                .map(Kept::parse)
                .flatMap(Optional::stream)
                .toList();
        return written;
    }

    /**
     * Writes the seats unless the file already contains them.
     *
     * @throws io.loadshare.LoadshareException of kind STATE if that is not possible
     */
    void write(List<Kept> seats) {
        if (!seats.equals(written)) {
            String text = seats.stream().map(Kept::line).collect(Collectors.joining());
            AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8), access);
            written = seats;
        }
    }
}
