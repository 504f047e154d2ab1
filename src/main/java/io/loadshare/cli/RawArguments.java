package io.loadshare.cli;

import io.loadshare.transport.ShellWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The command line as the kernel has it. The JVM decodes its arguments by the locale, so that under {@code LANG=C} all
 * but ASCII is lost; the bytes in {@code /proc/self/cmdline} are whole.
 */
final class RawArguments {

    private RawArguments() {}

    /**
     * The arguments behind the main class, decoded from the kernel's copy; {@code decoded} where there is none.
     *
     * @param mainClass the name by which the JVM was told to start
     * @param decoded what the JVM made of them
     */
    static List<String> read(Path commandLine, String mainClass, String[] decoded) {
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
}
