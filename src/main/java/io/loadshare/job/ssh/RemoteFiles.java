package io.loadshare.job.ssh;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.ShellWords;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The files that a job left in its directory on a host. It lists and reads regular files only, and never follows a
 * symbolic link below the directory. The directory is relative to the home directory, as that of a job.
 */
public final class RemoteFiles {

    private static final int LISTING_LIMIT = 8 << 20;
    private static final int BUFFER = 64 * 1024;

    private final Transport transport;

    public RemoteFiles(Transport transport) {
        this.transport = transport;
    }

    /**
     * One file.
     *
     * @param path relative to the directory; any text, but no component of it is {@code ..}
     * @param modified the time of the last change, as text
     */
    public record RemoteFile(String path, long size, String modified) {}

    /**
     * A part of a file to read.
     *
     * @param offset the bytes to skip
     */
    public record Part(RemoteFile file, long offset) {}

    /**
     * The files below a directory.
     *
     * @param links the symbolic links, which were not followed
     * @param complete false if some directories cannot be read
     */
    public record Listing(List<RemoteFile> files, List<String> links, boolean complete) {

        public Listing {
            files = List.copyOf(files);
            links = List.copyOf(links);
        }
    }

    /** Receives the parts in order. */
    public interface Receiver {

        /** Gets the command that reads; closing it ends the reading as a lost connection does. */
        default void reading(RemoteProcess process) {}

        /** Returns the stream that gets the bytes of a part; it is closed after them. */
        OutputStream open(Part part) throws IOException;

        /** Called instead if the file has changed since it was listed, or is gone. */
        void changed(Part part);
    }

    /**
     * Lists the files below some paths of a directory.
     *
     * @param paths relative to the directory; {@code .} for all of it
     * @throws LoadshareException of kind NO_INPUT if the directory does not exist; of kind LIMIT if there are too many
     *     files to list
     */
    public Listing list(Host host, String directory, List<String> paths, Deadline deadline) {
        String action = enter(directory) + "list_files " + ShellWords.join(paths) + " | head -c " + LISTING_LIMIT;
        byte[] script = RemoteScript.script(ScriptLibrary.library("files"), action, "");
        try (Session session = transport.connect(host, deadline)) {
            byte[] answer = RemoteScript.run(session, script, LISTING_LIMIT, deadline);
            return parse(host, directory, ShellWords.decode(answer));
        }
    }

    private static Listing parse(Host host, String directory, String answer) {
        requireEntered(host, directory, answer.split("\n", 2)[0]);
        List<RemoteFile> files = new ArrayList<>();
        List<String> links = new ArrayList<>();
        int begin = answer.indexOf('\n') + 1;
        int end = Math.max(begin, answer.lastIndexOf('\0') + 1); // what follows was cut off
        for (String record : answer.substring(begin, end).split("\0")) {
            String[] words = record.split(" ", 4);
            switch (words[0]) {
                case "file" ->
                    files.add(new RemoteFile(words[3].substring("./".length()), Long.parseLong(words[1]), words[2]));
                case "link" -> links.add(record.substring("link ./".length()));
                case "end" -> {
                    return new Listing(files, links, words[1].equals("0"));
                }
                default -> {
                    // A record that was cut off: the end is missing too.
                }
            }
        }
        throw new LoadshareException(
                LoadshareException.Kind.LIMIT,
                "there are too many files below '" + Quoted.printable(directory) + "' on " + host.name()
                        + " to list: name a subdirectory");
    }

    /**
     * Reads parts of files over one command.
     *
     * @param deadline for the start of the command; the reading itself may take longer
     * @throws TransportException if the connection is lost; what was received is valid
     */
    public void read(Host host, String directory, List<Part> parts, Receiver receiver, Deadline deadline)
            throws IOException {
        StringBuilder action = new StringBuilder(enter(directory));
        parts.forEach(part -> action.append("send_file ")
                .append(ShellWords.quote(part.file().path()))
                .append(" " + part.file().size() + " " + part.offset() + "\n"));
        byte[] script = RemoteScript.script(ScriptLibrary.library("files"), action.toString(), "");
        try (Session session = transport.connect(host, deadline);
                RemoteProcess process = session.start(RemoteCommand.of(RemoteScript.SHELL), deadline)) {
            receiver.reading(process);
            InputStream in;
            try {
                try (OutputStream stdin = process.stdin()) {
                    stdin.write(script);
                }
                in = new BufferedInputStream(RemoteScript.begun(process), BUFFER);
                requireEntered(host, directory, line(host, in));
            } catch (IOException e) {
                throw TransportException.lost(host, e);
            }
            for (Part part : parts) {
                receive(host, in, part, receiver);
            }
        }
    }

    private static void receive(Host host, InputStream in, Part part, Receiver receiver) throws IOException {
        String[] words = line(host, in).split(" ");
        if (words[0].equals("changed")) {
            receiver.changed(part);
            return;
        }
        long size = part.file().size() - part.offset();
        if (!words[0].equals("file") || !words[1].equals(Long.toString(size))) {
            throw new IOException(
                    host.name() + " answered '" + Quoted.printable(String.join(" ", words)) + "' instead of " + size
                            + " bytes of " + Quoted.of(part.file().path()));
        }
        byte[] buffer = new byte[BUFFER];
        try (OutputStream out = receiver.open(part)) {
            for (long left = size; left > 0; ) {
                int count = read(host, in, buffer, (int) Math.min(left, buffer.length));
                out.write(buffer, 0, count);
                left -= count;
            }
        }
        if (!line(host, in).isEmpty()) {
            throw new IOException(Quoted.of(part.file().path()) + " changed on " + host.name() + " while it was read");
        }
    }

    private static int read(Host host, InputStream in, byte[] buffer, int most) {
        try {
            int count = in.read(buffer, 0, most);
            if (count < 0) {
                throw new IOException("the output ended");
            }
            return count;
        } catch (IOException e) {
            throw TransportException.lost(host, e);
        }
    }

    private static String line(Host host, InputStream in) {
        StringBuilder line = new StringBuilder();
        byte[] one = new byte[1];
        while (read(host, in, one, 1) > 0 && one[0] != '\n' && line.length() < BUFFER) {
            line.append((char) (one[0] & 0xff));
        }
        return line.toString();
    }

    private static String enter(String directory) {
        return "enter_directory " + ShellWords.quote(directory.startsWith("/") ? directory : "./" + directory) + "\n";
    }

    private static void requireEntered(Host host, String directory, String answer) {
        if (!answer.equals("entered")) {
            throw new LoadshareException(
                    LoadshareException.Kind.NO_INPUT,
                    "the files in '" + Quoted.printable(directory) + "' on " + host.name() + " cannot be read: "
                            + (answer.startsWith("failed ") ? answer.substring("failed ".length()) : answer));
        }
    }
}
