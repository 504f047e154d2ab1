package io.loadshare.probe;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.host.SlurmCluster;
import io.loadshare.load.LoadReport;
import io.loadshare.load.ReportText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Measures one host: a script for the remote {@code sh} and a reader for its output.
 *
 * <p>The script ({@code probe.sh}) comes on stdin, so nothing is installed and any login shell will do. The report is
 * between two marker lines with a random number that no other output contains. Everything before the first and after
 * the second is ignored, and an output without the second contains no report. Immutable.
 */
public final class Probe {

    /** The command line that reads the script from stdin. */
    public static final String COMMAND = "exec /bin/sh";

    /** The maximum size of a host's output in bytes, including noise. */
    public static final int MAX_OUTPUT = 2 * ReportText.MAX_BYTES;

    private static final String FAILURE = "failure=";

    /** The processes that hold a license feature: the topmost ones with this name. */
    public record LicensedProcess(String license, String process) {}

    private final String nonce;
    private final byte[] script;
    private final byte[] begin;
    private final byte[] end;

    /**
     * @param check sh text that runs on the host; its exit status and first line of output report a problem of the host
     * @param checkLimit the time limit of the check
     */
    public Probe(List<LicensedProcess> licenses, Optional<String> check, Duration checkLimit) {
        String nonce = Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
        StringBuilder settings = new StringBuilder();
        for (LicensedProcess license : licenses) {
            settings.append(license.process())
                    .append('\t')
                    .append(license.license())
                    .append('\n');
        }
        String head = "nonce=" + nonce + "\nlicenses=" + quoted(settings.toString()) + "\ncheck="
                + quoted(check.orElse("")) + "\nlimit=" + Math.max(1, checkLimit.toSeconds()) + "\n";
        this.nonce = nonce;
        this.script = (head + resource("probe.sh")).getBytes(StandardCharsets.UTF_8);
        this.begin = ("\nloadshare-begin " + nonce + "\n").getBytes(StandardCharsets.US_ASCII);
        this.end = ("\nloadshare-end " + nonce + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the script for the remote sh. */
    public byte[] script() {
        return script.clone();
    }

    /** Returns the script for the remote sh of a host, or of the login host of a cluster. */
    byte[] script(Host host) {
        return host.slurm().map(this::slurmScript).orElse(script);
    }

    private byte[] slurmScript(SlurmCluster cluster) {
        String partition = quoted(cluster.partition().orElse(""));
        return ("nonce=" + nonce + "\npartition=" + partition + "\n" + resource("slurm-probe.sh"))
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the output up to the end marker or the end of the stream, because a process left by a profile may keep the
     * stream open forever.
     *
     * @throws LoadshareException of kind DATA if it is more than {@link #MAX_OUTPUT} bytes
     */
    byte[] receive(InputStream in) throws IOException {
        byte[] output = new byte[8192];
        int size = 0;
        int count;
        while ((count = in.read(output, size, output.length - size)) >= 0) {
            int unseen = size - end.length;
            size += count;
            if (indexOf(output, size, end, unseen) >= 0) {
                break;
            }
            if (size == MAX_OUTPUT) {
                throw new LoadshareException(
                        LoadshareException.Kind.DATA, "printed more than " + MAX_OUTPUT + " bytes");
            }
            if (size == output.length) {
                output = Arrays.copyOf(output, Math.min(2 * size, MAX_OUTPUT));
            }
        }
        return Arrays.copyOf(output, size);
    }

    /**
     * Parses the report in the output of a host.
     *
     * @param output the output, at least up to the end marker
     * @throws LoadshareException of kind DATA if it contains no complete report, with what was found instead
     */
    public LoadReport read(byte[] output, HostName host, Instant measuredAt) {
        int from = indexOf(output, output.length, begin, 0);
        if (from < 0) {
            throw new LoadshareException(LoadshareException.Kind.DATA, "printed no report" + said(output, 0));
        }
        int to = indexOf(output, output.length, end, from + begin.length - 1);
        if (to < 0) {
            throw new LoadshareException(
                    LoadshareException.Kind.DATA,
                    "printed a report that is cut off" + said(output, from + begin.length));
        }
        String text = new String(
                output, from + begin.length, Math.max(0, to + 1 - from - begin.length), StandardCharsets.UTF_8);
        if (text.startsWith(FAILURE)) {
            throw new LoadshareException(
                    LoadshareException.Kind.DATA,
                    Quoted.printable(text.substring(FAILURE.length()).strip()));
        }
        return ReportText.parseAnswer(text, host, measuredAt, "report");
    }

    /** Returns the end of the output, for a message. */
    private static String said(byte[] output, int from) {
        int start = Math.max(from, output.length - 200);
        String text = new String(output, start, output.length - start, StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? ": it printed nothing" : "; it ends with '" + Quoted.printable(text) + "'";
    }

    /** Returns the index of a pattern in the first {@code size} bytes at or after a position, or -1. */
    private static int indexOf(byte[] bytes, int size, byte[] pattern, int from) {
        for (int i = Math.max(0, from); i <= size - pattern.length; i++) {
            if (Arrays.equals(bytes, i, i + pattern.length, pattern, 0, pattern.length)) {
                return i;
            }
        }
        return -1;
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private static String resource(String name) {
        try (InputStream in = Probe.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the probe's script from the program itself", e);
        }
    }
}
