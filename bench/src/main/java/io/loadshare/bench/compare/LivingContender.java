package io.loadshare.bench.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * A contender that keeps a loadshare process alive. Each run writes a word to the process and reads a number back.
 *
 * @param word the task of a run
 */
record LivingContender(String name, String word, Living process) implements Contender {

    @Override
    public int run() throws IOException {
        return process.ask(word);
    }

    @Override
    public Set<Long> kept() {
        return process.pids();
    }

    /** The process: a JVM with loadshare's classes, as in any program that embeds them. */
    static final class Living implements AutoCloseable {

        private final Process process;
        private final PrintStream questions;
        private final BufferedReader answers;

        Living(Class<?> main, Object... arguments) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(
                    "java", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), main.getName());
            for (Object argument : arguments) {
                builder.command().add(argument.toString());
            }
            process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
            questions = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
            answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        Set<Long> pids() {
            return Set.of(process.pid());
        }

        int ask(String word) throws IOException {
            questions.println(word);
            String answer = answers.readLine();
            if (answer == null) {
                throw new IOException("our process ended; see its words above");
            }
            return Integer.parseInt(answer);
        }

        @Override
        public void close() throws InterruptedException {
            questions.close();
            process.waitFor();
        }
    }
}
