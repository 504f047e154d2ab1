package io.loadshare.job;

import io.loadshare.host.HostName;
import io.loadshare.transport.ShellWords;
import java.util.Objects;
import java.util.Optional;

/**
 * What must be remembered to find a job again, from any process on any machine that can log in to its host.
 *
 * @param id see {@link JobSpec#id}
 * @param directory absolute path of its control directory on the host
 * @param identity its wrapper; where absent, the control directory tells
 */
public record Job(HostName host, String id, String directory, Optional<Identity> identity) {

    /**
     * Which process a wrapper is, on a host where numbers are used again.
     *
     * @param startTime clock ticks since boot, field 22 of {@code /proc/PID/stat}
     * @param bootId of the boot in which it runs, {@code /proc/sys/kernel/random/boot_id}
     */
    public record Identity(long pid, long startTime, String bootId) {

        public Identity {
            if (pid < 1 || startTime < 0 || !bootId.matches("[A-Za-z0-9-]+")) {
                throw new IllegalArgumentException(
                        "not the identity of a process: " + pid + ", " + startTime + ", '" + bootId + "'");
            }
        }

        static Identity parse(String text) {
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

    /** One line of text from which {@link #parse} makes an equal job. It holds no secrets. */
    public String toText() {
        return host + " " + id + " " + identity.map(Identity::toString).orElse("- - -") + " " + directory;
    }

    public static Job parse(String text) {
        String[] words = text.split(" ", 6);
        if (words.length != 6) {
            throw new IllegalArgumentException(
                    "'" + ShellWords.display(text) + "' is not HOST ID PID START-TIME BOOT-ID DIRECTORY");
        }
        Optional<Identity> identity = words[2].equals("-")
                ? Optional.empty()
                : Optional.of(Identity.parse(String.join(" ", words[2], words[3], words[4])));
        return new Job(new HostName(words[0]), words[1], words[5], identity);
    }
}
