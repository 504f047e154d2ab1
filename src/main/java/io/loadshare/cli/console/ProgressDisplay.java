package io.loadshare.cli.console;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A display of the progress of an operation: a bar on a terminal; elsewhere only the messages. */
public interface ProgressDisplay extends AutoCloseable {

    void step();

    /** Prints a message, above the bar. */
    void say(String text);

    @Override
    void close();

    /**
     * @param steps the number of steps
     */
    static ProgressDisplay of(Console console, String task, int steps) {
        return console.interactive() && steps > 1 ? new Bar(console, task, steps) : new Plain(console);
    }

    /** The display without a terminal: one line per message. */
    record Plain(Console console) implements ProgressDisplay {

        @Override
        public void step() {}

        @Override
        public void say(String text) {
            console.say(text);
        }

        @Override
        public void close() {}
    }

    /** A bar that redraws itself on stderr. */
    final class Bar implements ProgressDisplay {

        private static final String CLEAR_LINE = "\r\u001b[K";

        private final Console console;
        private final ProgressBar bar;

        Bar(Console console, String task, int steps) {
            this.console = console;
            this.bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(steps)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(100)
                    .setMaxRenderedLength(80)
                    .setConsumer(new ConsoleProgressBarConsumer(console.err()))
                    .hideEta()
                    .build();
        }

        @Override
        public void step() {
            bar.step();
        }

        @Override
        public void say(String text) {
            console.err().print(CLEAR_LINE);
            console.say(text);
        }

        @Override
        public void close() {
            bar.close();
        }
    }
}
