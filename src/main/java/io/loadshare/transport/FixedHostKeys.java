package io.loadshare.transport;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A fixed set of trusted host keys: trusts these keys on any host, and no other key.
 *
 * @param keys at least one key
 */
public record FixedHostKeys(List<HostKey> keys) implements HostKeys {

    public FixedHostKeys {
        keys = List.copyOf(keys);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("no host key is given: then no host can be trusted");
        }
    }

    @Override
    public List<String> types(SshAddress address) {
        return keys.stream().map(HostKey::type).distinct().toList();
    }

    @Override
    public Optional<String> refusal(SshAddress address, HostKey key) {
        if (keys.contains(key)) {
            return Optional.empty();
        }
        String given = keys.stream().map(HostKey::toString).collect(Collectors.joining(", "));
        return Optional.of("shows the host key " + key + ", which is not the given one (" + given
                + "): if the host's key was changed on purpose, give the new one");
    }
}
