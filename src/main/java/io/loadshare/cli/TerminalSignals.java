package io.loadshare.cli;

import io.loadshare.LoadshareException;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the terminal's signals do to a program with a job elsewhere. Ctrl-Z (TSTP) stops it, but not before it has said so.
 * Reading from the terminal in the background (TTIN) does not stop it; such a read fails instead. A terminal whose size
 * changes sends WINCH.
 *
 * <p>Signals are {@code sun.misc.Signal}'s, of the module jdk.unsupported, which Java has no substitute for. It is reached
 * by reflection since the compiler's warning about it cannot be suppressed.
 */
final class TerminalSignals {

    /** A connection that takes nothing must not keep Ctrl-Z from working. */
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
     * @param before what to do before this program stands still
     * @param after what to do when it goes on
     */
    static void watchStops(Runnable before, Runnable after) {
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

    /** @param resized is called, in a thread of its own, when the terminal's size may have changed */
    static void watchSize(Runnable resized) {
        try {
            new TerminalSignals().handle("WINCH", resized);
        } catch (ReflectiveOperationException e) {
            throw unsupported(e);
        }
    }

    /** Stops this program as Ctrl-Z would, once stops are watched. */
    static void stop() {
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

    /** A signal that our starter had us ignore stays ignored. */
    private void handle(String name, Object handler) throws ReflectiveOperationException {
        Method handle = signalType.getMethod("handle", signalType, handlerType);
        if (handle.invoke(null, signal(name), handler) == ignore) {
            handle.invoke(null, signal(name), ignore);
        }
    }

    /** Returns when we have been continued. Java raises only signals that it handles, and this one nobody can. */
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
