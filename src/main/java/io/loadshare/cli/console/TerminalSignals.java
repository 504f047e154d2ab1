package io.loadshare.cli.console;

import io.loadshare.LoadshareException;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The effects of the terminal's signals on a program whose job runs elsewhere. Ctrl-Z (TSTP) stops the program, after
 * it has announced the stop. A read from the terminal in the background (TTIN) does not stop it; the read fails
 * instead. A terminal whose size changes sends WINCH.
 *
 * <p>The signals are those of {@code sun.misc.Signal}, from the module jdk.unsupported, for which Java has no
 * substitute. It is called by reflection because the compiler's warning about it cannot be suppressed.
 */
public final class TerminalSignals {

    /** A connection that accepts no data must not block Ctrl-Z. */
    private static final Duration STOP_NOTICE_TIMEOUT = Duration.ofSeconds(2);

    private final Class<?> handlerType;
    private final Class<?> signalType;
    private final Object ignore;

    private TerminalSignals() throws ReflectiveOperationException {
        signalType = Class.forName("sun.misc.Signal");
        handlerType = Class.forName("sun.misc.SignalHandler");
        ignore = handlerType.getField("SIG_IGN").get(null);
    }

    /**
     * @param before runs before this program stops
     * @param after runs when it continues
     */
    public static void watchStops(Runnable before, Runnable after) {
        try {
            TerminalSignals signals = new TerminalSignals();
            AtomicBoolean stopping = new AtomicBoolean();
            signals.handle("TSTP", () -> {
                if (stopping.compareAndSet(false, true)) {
                    doWithin(STOP_NOTICE_TIMEOUT, before);
                    standStill();
                    after.run();
                    stopping.set(false);
                }
            });
            signals.handle("TTIN", signals.ignore);
        } catch (ReflectiveOperationException e) {
            throw unsupported(e);
        }
    }

    /** @param resized called, in a thread of its own, when the terminal's size may have changed */
    public static void watchSize(Runnable resized) {
        try {
            new TerminalSignals().handle("WINCH", resized);
        } catch (ReflectiveOperationException e) {
            throw unsupported(e);
        }
    }

    /** Stops this program as Ctrl-Z would, once stops are watched. */
    public static void stop() {
        try {
            TerminalSignals signals = new TerminalSignals();
            signals.signalType.getMethod("raise", signals.signalType).invoke(null, signals.signal("TSTP"));
        } catch (ReflectiveOperationException e) {
            throw unsupported(e);
        }
    }

    private static LoadshareException unsupported(ReflectiveOperationException e) {
        return new LoadshareException(LoadshareException.Kind.SOFTWARE, "this Java does not handle signals: " + e, e);
    }

    private void handle(String name, Runnable action) throws ReflectiveOperationException {
        InvocationHandler handler = (proxy, method, arguments) -> {
            action.run();
            return null;
        };
        handle(name, Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {handlerType}, handler));
    }

    /** Handles a signal; a signal that our starter set to be ignored stays ignored. */
    private void handle(String name, Object handler) throws ReflectiveOperationException {
        Method handle = signalType.getMethod("handle", signalType, handlerType);
        if (handle.invoke(null, signal(name), handler) == ignore) {
            handle.invoke(null, signal(name), ignore);
        }
    }

    /**
     * Stops this process, and returns when it has been continued. Java raises only signals that it handles, and nobody
     * can handle this one.
     */
    private static void standStill() {
        String us = Long.toString(ProcessHandle.current().pid());
        try {
            new ProcessBuilder("sh", "-c", "kill -STOP $0", us).start().waitFor();
        } catch (IOException e) {
            // Without a shell, job control does not exist either.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Object signal(String name) throws ReflectiveOperationException {
        return signalType.getConstructor(String.class).newInstance(name);
    }

    private static void doWithin(Duration limit, Runnable action) {
        Thread thread = new Thread(action, "loadshare-stop");
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(limit.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
