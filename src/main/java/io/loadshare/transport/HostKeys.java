package io.loadshare.transport;

import java.util.List;
import java.util.Optional;

/**
 * The policy that decides which host keys are trusted. It is safe for use by several threads and never asks a person.
 */
public interface HostKeys {

    /**
     * Returns the types of the keys known for a host, so that the client asks the host for one of these types first.
     */
    List<String> types(SshAddress address);

    /**
     * Returns why {@code key} is not trusted as the key of {@code address}; empty if it is trusted.
     *
     * @return a text that follows the host's name: the key the host shows, the key that was expected and where it
     *     stands, and what to do
     */
    Optional<String> refusal(SshAddress address, HostKey key);
}
