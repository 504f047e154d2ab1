package io.jenkins.plugins.loadshare.service;

import java.util.concurrent.CompletionException;

/** The messages of failures in the background. */
public final class FailureMessages {

    private FailureMessages() {}

    /** Returns the message of the failure itself, which a future may have wrapped. */
    public static String of(Throwable failure) {
        return (failure instanceof CompletionException wrapped ? wrapped.getCause() : failure).getMessage();
    }
}
