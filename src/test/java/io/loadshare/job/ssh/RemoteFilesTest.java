package io.loadshare.job.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.ShellWords;
import io.loadshare.transport.local.LocalTransport;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading the files of a job with this machine's shell. */
class RemoteFilesTest {

    private static final Host HOST = Host.local("here");

    /** Names that a shell, a framing by lines, or a path could take for something else. */
    private static final List<String> HOSTILE = List.of(
            "figures/plain.png",
            "figures/-n",
            "figures/a b  c",
            "figures/$(touch harmed) `touch harmed` 'q' \"d\" \\ *",
            "figures/two\nlines\n#loadshare-end\n",
            "figures/end\n",
            "figures/...",
            "figures/\udcff\udc80",
            "figures/sub/\u00fc\u20ac");

    private final RemoteFiles files = new RemoteFiles(new LocalTransport());

    @TempDir
    private Path directory;

    private final List<String> changed = new ArrayList<>();

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20), System::nanoTime);
    }

    /** Creates files through a shell, because this JVM cannot name all of them. */
    private void sh(String script) throws Exception {
        Process process = new ProcessBuilder("sh", "-es", directory.toString()).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(ShellWords.encode("cd \"$1\"\n" + script));
        }
        assertThat(process.waitFor()).isZero();
    }

    private void write(String path, String text) throws Exception {
        sh("file=" + ShellWords.quote("./" + path) + "\nmkdir -p -- \"${file%/*}\"\nprintf %s " + ShellWords.quote(text)
                + " >\"$file\"");
    }

    private RemoteFiles.Listing list(String... paths) {
        return files.list(HOST, directory.toString(), List.of(paths), soon());
    }

    private List<String> paths(String... below) {
        return list(below).files().stream().map(RemoteFiles.RemoteFile::path).toList();
    }

    private Map<String, String> read(List<RemoteFiles.RemoteFile> listed, long offset) throws Exception {
        Map<String, ByteArrayOutputStream> read = new LinkedHashMap<>();
        List<RemoteFiles.Part> parts =
                listed.stream().map(file -> new RemoteFiles.Part(file, offset)).toList();
        RemoteFiles.Receiver receiver = new RemoteFiles.Receiver() {
            @Override
            public OutputStream open(RemoteFiles.Part part) {
                return read.computeIfAbsent(part.file().path(), path -> new ByteArrayOutputStream());
            }

            @Override
            public void changed(RemoteFiles.Part part) {
                changed.add(part.file().path());
            }
        };
        files.read(HOST, directory.toString(), parts, receiver, soon());
        Map<String, String> texts = new LinkedHashMap<>();
        read.forEach((path, bytes) -> texts.put(path, bytes.toString()));
        return texts;
    }

    @Test
    void hostileNamesAndContentsArrive() throws Exception {
        Map<String, String> written = new LinkedHashMap<>();
        for (String path : HOSTILE) {
            written.put(path, path.length() + "\nfile 5\n#loadshare-end\n");
            write(path, written.get(path));
        }

        RemoteFiles.Listing listing = list("figures");
        assertThat(listing.files())
                .extracting(RemoteFiles.RemoteFile::path)
                .containsExactlyInAnyOrderElementsOf(HOSTILE);
        assertThat(read(listing.files(), 0)).containsExactlyInAnyOrderEntriesOf(written);
        assertThat(changed).isEmpty();
        assertThat(paths(".")).as("nothing was executed").containsExactlyInAnyOrderElementsOf(HOSTILE);
    }

    @Test
    void aPartOfAFileIsRead() throws Exception {
        write("big", "0123456789".repeat(20_000));

        assertThat(read(list("big").files(), 199_995)).containsEntry("big", "56789");
        assertThat(read(list("big").files(), 200_000)).containsEntry("big", "");
        assertThat(read(list("big").files(), 0).get("big")).hasSize(200_000);
    }

    @Test
    void symbolicLinksAreNeverFollowed(@TempDir Path outside) throws Exception {
        Files.writeString(outside.resolve("secret"), "secret");
        write("figures/real.png", "real");
        sh("ln -s " + outside + " figures/dir; ln -s " + outside + "/secret figures/link.png; ln -s " + outside
                + " linked; ln -s figures inside");

        RemoteFiles.Listing listing = list("figures", "linked", "linked/secret", "inside/real.png");
        assertThat(listing.files()).extracting(RemoteFiles.RemoteFile::path).containsExactly("figures/real.png");
        assertThat(listing.links())
                .containsExactlyInAnyOrder(
                        "figures/dir", "figures/link.png", "linked", "linked/secret", "inside/real.png");

        RemoteFiles.RemoteFile real = listing.files().get(0);
        RemoteFiles.RemoteFile secret = new RemoteFiles.RemoteFile("figures/dir/secret", 6, "0");
        sh("mv figures/real.png " + outside + "; ln -s " + outside + "/real.png figures/real.png");
        assertThat(read(List.of(real, secret), 0))
                .as("replaced by links after the listing")
                .isEmpty();
        assertThat(changed).containsExactly("figures/real.png", "figures/dir/secret");
    }

    @Test
    void aFileThatChangedIsNotRead() throws Exception {
        write("a", "one");
        write("b", "two");
        List<RemoteFiles.RemoteFile> listed = list(".").files();
        write("a", "longer");

        assertThat(read(listed, 0)).containsOnlyKeys("b");
        assertThat(changed).containsExactly("a");
    }

    @Test
    void whatIsMissingIsReported() {
        assertThat(list("nosuch", "no/such")).isEqualTo(new RemoteFiles.Listing(List.of(), List.of(), true));
        assertThatThrownBy(() -> files.list(HOST, directory + "/nosuch", List.of("."), soon()))
                .isInstanceOf(LoadshareException.class)
                .hasMessage("the files in '" + directory
                        + "/nosuch' on here cannot be read: the directory does not exist on"
                        + " the host or cannot be entered");
    }

    @Test
    void tooManyFilesAreRefused() throws Exception {
        sh("n=$(printf %0200d 0); mkdir -p $n/$n/$n; cd $n/$n/$n; seq -f \"$n%g\" 1 11000 | xargs touch");
        assertThatThrownBy(() -> list("."))
                .isInstanceOf(LoadshareException.class)
                .hasMessage("there are too many files below '" + directory + "' on here to list: name a subdirectory");
    }
}
