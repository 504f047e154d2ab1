package io.loadshare.cli.options;

import io.loadshare.transport.ShellWords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The command line and the working directory from the kernel. The JVM decodes both by the locale, so that under {@code
 * LANG=C} everything except ASCII is lost; /proc has the original bytes.
 */
public final class RawArguments {

    private RawArguments() {}

    /**
     * Returns the arguments after the main class, decoded from the kernel's copy; {@code decoded} if the copy cannot be
     * read.
     *
     * @param mainClass the main class's name on the JVM's command line
     * @param decoded the arguments as the JVM decoded them
     */
    public static List<String> read(Path commandLine, String mainClass, String[] decoded) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(commandLine);
        } catch (IOException e) {
            return List.of(decoded);
        }
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                words.add(ShellWords.decode(Arrays.copyOfRange(bytes, start, i)));
                start = i + 1;
            }
        }
        int main = words.indexOf(mainClass);
        boolean whole = main >= 0 && words.size() - main - 1 == decoded.length;
        return whole ? words.subList(main + 1, words.size()) : List.of(decoded);
    }

    /** Returns the working directory, with bytes represented as in {@link ShellWords}. */
    public static String workingDirectory() {
        try {
            return unescaped(
                    Files.readSymbolicLink(Path.of("/proc/self/cwd")).toUri().getRawPath());
        } catch (IOException e) {
            return System.getProperty("user.dir");
        }
    }

    /**
     * Decodes the path of a URI. Only a path's URI shows the path's bytes, as %XX where they are not ASCII. A
     * directory's URI ends with a slash.
     */
    private static String unescaped(String path) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == '%') {
                bytes.write(Integer.parseInt(path.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(path.charAt(i));
            }
        }
        String text = ShellWords.decode(bytes.toByteArray());
        return text.length() > 1 && text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
