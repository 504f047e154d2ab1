package io.jenkins.plugins.loadshare.steps;

import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.HostAccess;
import io.jenkins.plugins.loadshare.settings.CollectLimits;
import io.loadshare.LoadshareException;
import io.loadshare.Numbers;
import io.loadshare.Quoted;
import io.loadshare.job.ssh.RemoteFiles;
import io.loadshare.job.ssh.RemoteFiles.Part;
import io.loadshare.job.ssh.RemoteFiles.RemoteFile;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteProcess;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import jenkins.util.BuildListenerAdapter;

/**
 * Copies files that a job left on its host into the archive of its build.
 *
 * <p>The files are first copied into a directory beside the build, under names made of their paths, sizes and times. If
 * the connection is lost or Jenkins restarts, the next attempt continues each file where the last one stopped.
 */
final class FileCollection {

    /** The number of names that a message shows. */
    private static final int NAMES = 5;

    private final Run<?, ?> run;
    private final BuildJob job;
    private final RemoteFiles files;
    private final HostAccess.Lease lease;
    private final String directory;
    private final FilePatterns patterns;
    private final CollectLimits limits;
    private final Supplier<Deadline> soon;
    private final BooleanSupplier stopped;

    private final List<String> messages = new ArrayList<>();
    private volatile RemoteProcess reading;
    private volatile long progress = System.nanoTime();

    /**
     * @param lease keeps the connection open until {@link #forget}
     * @param directory the directory of the job
     * @param soon returns the deadline for a short command
     * @param stopped whether to give up
     */
    FileCollection(
            Run<?, ?> run,
            BuildJob job,
            RemoteFiles files,
            HostAccess.Lease lease,
            String directory,
            FilePatterns patterns,
            CollectLimits limits,
            Supplier<Deadline> soon,
            BooleanSupplier stopped) {
        this.run = run;
        this.job = job;
        this.files = files;
        this.lease = lease;
        this.directory = directory;
        this.patterns = patterns;
        this.limits = limits;
        this.soon = soon;
        this.stopped = stopped;
    }

    /**
     * Copies the files.
     *
     * @return messages for the log
     * @throws io.loadshare.transport.TransportException if the host does not answer; another attempt continues
     * @throws LoadshareException if there are too many files, or they cannot be read
     * @throws CancellationException if the collection was stopped
     */
    List<String> collect(TaskListener listener) throws IOException, InterruptedException {
        messages.clear(); // of an attempt that lost the connection
        List<RemoteFile> found = find();
        Path copies = copies();
        Map<String, String> archive = new LinkedHashMap<>();
        if (!found.isEmpty()) {
            Files.createDirectories(copies);
            copy(found, copies);
            for (RemoteFile file : found) {
                if (size(copies.resolve(name(file))) == file.size()) {
                    archive.put(file.path(), name(file));
                }
            }
            run.pickArtifactManager()
                    .archive(
                            new FilePath(copies.toFile()),
                            new Launcher.LocalLauncher(listener),
                            BuildListenerAdapter.wrap(listener),
                            archive);
        }
        forget();
        long bytes = found.stream()
                .filter(file -> archive.containsKey(file.path()))
                .mapToLong(RemoteFile::size)
                .sum();
        messages.add("Collected " + archive.size() + (archive.size() == 1 ? " file (" : " files (")
                + Numbers.bytes(bytes) + ") of '" + String.join(", ", patterns.patterns()) + "' from "
                + job.host().name());
        return messages;
    }

    /** Ends the reading of files, as a lost connection does. */
    void interrupt() {
        RemoteProcess process = reading;
        if (process != null) {
            process.close();
        }
    }

    /** Ends the reading of files if the host has sent nothing for a time: its file system may hang. */
    void interruptIfStalled(Duration time) {
        if (System.nanoTime() - progress > time.toNanos()) {
            interrupt();
        }
    }

    /** Removes the copies, and releases the connection. */
    void forget() throws IOException {
        lease.close();
        Util.deleteRecursive(copies().toFile());
    }

    private Path copies() {
        return run.getRootDir().toPath().resolve("loadshare-collect-" + job.id());
    }

    private List<RemoteFile> find() {
        RemoteFiles.Listing listing = files.list(job.host(), directory, patterns.bases(), soon.get());
        List<RemoteFile> matching = listing.files().stream()
                .distinct() // patterns may overlap
                .filter(file -> patterns.match(file.path()))
                .toList();
        List<RemoteFile> found = matching.stream()
                .filter(file -> FilePatterns.isSafe(file.path()))
                .toList();
        skipped(
                "symbolic links are not followed",
                listing.links().stream().filter(patterns::match).toList());
        skipped(
                "of control characters or backslashes in the name",
                matching.stream()
                        .map(RemoteFile::path)
                        .filter(path -> !FilePatterns.isSafe(path))
                        .toList());
        if (!listing.complete()) {
            messages.add("Some directories below " + Quoted.of(directory) + " on "
                    + job.host().name() + " cannot be read");
        }
        require("files", found.size(), limits.files(), "collectFiles");
        long bytes = found.stream().mapToLong(RemoteFile::size).sum();
        require("bytes", bytes, limits.size(), "collectSize");
        return found;
    }

    private void require(String what, long found, long limit, String key) {
        if (found > limit) {
            throw new LoadshareException(
                    LoadshareException.Kind.LIMIT,
                    "nothing was collected from " + job.host().name() + ": '"
                            + String.join(", ", patterns.patterns()) + "' matches " + found + " " + what
                            + ", more than job." + key + " (" + limit
                            + "). Collect less, or ask an administrator of Jenkins to raise the limit");
        }
    }

    private void skipped(String why, List<String> paths) {
        if (!paths.isEmpty()) {
            String names = paths.stream().limit(NAMES).map(Quoted::of).collect(Collectors.joining(", "));
            messages.add("Not collected, because " + why + ": " + names
                    + (paths.size() > NAMES ? ", … (" + paths.size() + " in all)" : ""));
        }
    }

    private void copy(List<RemoteFile> found, Path copies) throws IOException {
        List<Part> missing = found.stream()
                .map(file -> new Part(file, size(copies.resolve(name(file)))))
                .filter(part ->
                        part.offset() < part.file().size() || part.file().size() == 0)
                .toList();
        List<String> changed = new ArrayList<>();
        files.read(
                job.host(),
                directory,
                missing,
                new RemoteFiles.Receiver() {
                    @Override
                    public void reading(RemoteProcess process) {
                        progress = System.nanoTime();
                        reading = process;
                    }

                    @Override
                    public OutputStream open(Part part) throws IOException {
                        return new StoppableStream(Files.newOutputStream(
                                copies.resolve(name(part.file())),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.APPEND));
                    }

                    @Override
                    public void changed(Part part) {
                        changed.add(part.file().path());
                    }
                },
                soon.get());
        skipped("the file changed meanwhile", changed);
    }

    private static long size(Path copy) {
        return copy.toFile().length();
    }

    private static String name(RemoteFile file) {
        return Util.getDigestOf(file.path() + "\0" + file.size() + "\0" + file.modified());
    }

    private final class StoppableStream extends FilterOutputStream {

        StoppableStream(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            if (stopped.getAsBoolean()) {
                throw new CancellationException("stopped");
            }
            progress = System.nanoTime();
            out.write(bytes, from, count);
        }
    }
}
