package io.loadshare.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** The program as an installation has it, made of this build: bin/loadshare, and its jars in lib/loadshare. */
final class InstalledProgram {

    private InstalledProgram() {}

    /**
     * Makes the tree.
     *
     * @return the program in it
     */
    static Path in(Path tree) throws IOException {
        Path lib = Files.createDirectories(tree.resolve("lib/loadshare"));
        List<String> libraries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":")) {
            Path jar = Path.of(entry);
            if (entry.endsWith(".jar")) {
                Files.copy(jar, lib.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                libraries.add(jar.getFileName().toString());
            }
        }
        pack(Path.of("target/classes"), lib.resolve("loadshare.jar"), String.join(" ", libraries));
        Path bin = Files.createDirectories(tree.resolve("bin"));
        return Files.copy(
                Path.of("src/dist/bin/loadshare"),
                bin.resolve("loadshare"),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** Adds the classes of the tests, so that users who may not read this build can run them: its class path. */
    static String withTests(Path tree) throws IOException {
        Path lib = tree.resolve("lib/loadshare");
        pack(Path.of("target/test-classes"), lib.resolve("tests.jar"), "loadshare.jar");
        return lib.resolve("tests.jar").toString();
    }

    private static void pack(Path classes, Path jar, String classPath) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            Files.walkFileTree(classes, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                    out.putNextEntry(new ZipEntry(classes.relativize(path).toString()));
                    Files.copy(path, out);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
    }
}
