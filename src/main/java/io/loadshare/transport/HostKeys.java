package io.loadshare.transport;

import java.util.List;
import java.util.Optional;

/** Decides which host keys are trusted. Any thread may call. It never asks anyone. */
public interface HostKeys {

    /** The types of the keys it holds for a host, so that the host is asked for one of these first. */
    List<String> types(SshAddress address);

    /**
     * Why {@code key} is not trusted as that of {@code address}; empty if it is.
     *
     * @return words that follow the host's name: what it shows, what was expected where, and what to do
     */
    Optional<String> refusal(SshAddress address, HostKey key);
}
