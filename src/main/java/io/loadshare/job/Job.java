package io.loadshare.job;

import io.loadshare.Quoted;
import io.loadshare.host.HostName;
import java.util.Objects;
import java.util.Optional;

/**
 * The data that finds a job again, from any process on any machine that can log in to the job's host.
 *
 * @param id see {@link JobSpec#id}
 * @param directory the absolute path of its control directory on the host
 * @param identity the identity of its wrapper; if absent, the control directory contains it
 */
public record Job(HostName host, String id, String directory, Optional<Identity> identity) {

    /**
     * The identity of a wrapper process, on a host that reuses PIDs.
     *
     * @param startTime clock ticks since boot, field 22 of {@code /proc/PID/stat}
     * @param bootId the ID of the boot in which the process runs, {@code /proc/sys/kernel/random/boot_id}
     */
    public record Identity(long pid, long startTime, String bootId) {

        public Identity {
            if (pid < 1 || startTime < 0 || !bootId.matches("[A-Za-z0-9-]+")) {
                throw new IllegalArgumentException(
                        "not the identity of a process: " + pid + ", " + startTime + ", '" + bootId + "'");
            }
        }

        public static Identity parse(String text) {
            String[] words = text.strip().split(" ");
            if (words.length != 3) {
                throw new IllegalArgumentException("'" + text + "' is not PID START-TIME BOOT-ID");
            }
            return new Identity(Long.parseLong(words[0]), Long.parseLong(words[1]), words[2]);
        }

        @Override
        public String toString() {
            return pid + " " + startTime + " " + bootId;
        }
    }

    public Job {
        Objects.requireNonNull(host, "host");
        JobSpec.requireId(id);
        Objects.requireNonNull(identity, "identity");
        if (!directory.startsWith("/") || !directory.endsWith("/" + id) || directory.contains("\n")) {
            throw new IllegalArgumentException("the control directory of job " + id
                    + " must be an absolute path to its name, was '" + directory + "'");
        }
    }

    /** Returns one line of text from which {@link #parse} creates an equal job. It contains no secrets. */
    public String toText() {
        return host + " " + id + " " + identity.map(Identity::toString).orElse("- - -") + " " + directory;
    }

    public static Job parse(String text) {
        String[] words = text.split(" ", 6);
        if (words.length != 6) {
            throw new IllegalArgumentException(
                    "'" + Quoted.printable(text) + "' is not HOST ID PID START-TIME BOOT-ID DIRECTORY");
        }
        Optional<Identity> identity = words[2].equals("-")
                ? Optional.empty()
                : Optional.of(Identity.parse(String.join(" ", words[2], words[3], words[4])));
        return new Job(new HostName(words[0]), words[1], words[5], identity);
    }
}
