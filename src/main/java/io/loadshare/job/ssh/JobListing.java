package io.loadshare.job.ssh;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.host.HostName;
import io.loadshare.job.Job;
import io.loadshare.job.JobRecord;
import io.loadshare.job.JobState;
import io.loadshare.job.JobUsage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Parser for the output of the script {@code list.sh}. */
final class JobListing {

    /** "# loadshare 1 ID SLOTS KIND COMMAND…". */
    private static final int HEADER_WORDS = 7;

    private record Stamp(Instant time, String owner) {}

    private final HostName host;
    private final Map<String, String[]> jobs = new HashMap<>();
    private final Map<String, Stamp> stamps = new HashMap<>();
    private final Map<String, String> reasons = new HashMap<>();
    private final Map<String, JobUsage> usages = new HashMap<>();

    private JobListing(HostName host) {
        this.host = host;
    }

    /**
     * Returns the jobs, oldest first. Skips lines that are not job records, because a user can write anything into a
     * control directory.
     */
    static List<JobRecord> parse(HostName host, String text) {
        JobListing listing = new JobListing(host);
        listing.read(text);
        List<JobRecord> records = new ArrayList<>();
        listing.jobs.forEach((directory, fields) -> {
            try {
                records.add(listing.record(directory, fields));
            } catch (IllegalArgumentException e) {
                // not written by loadshare
            }
        });
        records.sort(Comparator.comparing(JobRecord::submitted));
        return records;
    }

    private void read(String text) {
        String root = "";
        for (String line : (Iterable<String>) text.lines()::iterator) {
            if (line.startsWith("root ")) {
                root = line.substring("root ".length());
            } else if (line.startsWith("failed ")) {
                throw new LoadshareException(
                        LoadshareException.Kind.UNAVAILABLE,
                        "the jobs on " + host + " are not known: "
                                + Quoted.printable(line.substring("failed ".length())));
            } else if (line.startsWith("job ")) {
                String[] fields = line.substring("job ".length()).split("\\|", 4);
                jobs.put(root + "/" + fields[0], fields);
            } else if (line.startsWith("reason ")) {
                String[] words = line.split(" ", 3);
                reasons.put(root + "/" + words[1], words[2]);
            } else if (line.startsWith("usage ")) {
                String[] words = line.split(" ", 3);
                String directory = root + "/" + words[1];
                JobUsage.parse(words[2].strip()).ifPresent(usage -> usages.put(directory, usage));
            } else if (line.startsWith("at ")) {
                String[] words = line.split(" ", 4);
                stamps.put(
                        root + words[3].substring(1),
                        new Stamp(Instant.ofEpochSecond(Long.parseLong(words[1])), words[2]));
            }
        }
    }

    private JobRecord record(String directory, String[] fields) {
        String[] header = fields[3].split(" ", HEADER_WORDS);
        Stamp submitted = stamps.get(directory + "/command");
        if (header.length < HEADER_WORDS || submitted == null) {
            throw new IllegalArgumentException("not a record of a job: " + fields[3]);
        }
        Optional<Job.Identity> identity =
                fields[2].isBlank() ? Optional.empty() : Optional.of(Job.Identity.parse(fields[2]));
        return new JobRecord(
                new Job(host, fields[0], directory, identity),
                submitted.owner(),
                Integer.parseInt(header[4]),
                CommandFile.Kind.parse(header[5]).isForeground(),
                header[6],
                submitted.time(),
                time(directory + "/identity"),
                time(directory + "/status"),
                JobState.parse(fields[1]),
                Optional.ofNullable(reasons.get(directory)),
                Optional.ofNullable(usages.get(directory)));
    }

    private Optional<Instant> time(String file) {
        return Optional.ofNullable(stamps.get(file)).map(Stamp::time);
    }
}
