package io.loadshare.transport.jsch;

import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.UserInfo;
import io.loadshare.transport.HostKey;
import io.loadshare.transport.HostKeys;
import io.loadshare.transport.SshAddress;
import java.util.Optional;

/**
 * A JSch host-key repository that has {@link HostKeys} judge one server's key and keeps the verdict, which JSch would
 * replace by a message of its own.
 */
final class HostKeyVerifier implements HostKeyRepository {

    private final HostKeys hostKeys;
    private final SshAddress address;
    private boolean passed;
    private String refusal;
    private RuntimeException failure;

    HostKeyVerifier(HostKeys hostKeys, SshAddress address) {
        this.hostKeys = hostKeys;
        this.address = address;
    }

    /** Returns why the key was refused; empty if it was not refused. */
    Optional<String> refusal() {
        if (failure != null) {
            throw failure;
        }
        return Optional.ofNullable(refusal);
    }

    boolean hasPassed() {
        return passed;
    }

    @Override
    public int check(String host, byte[] key) {
        try {
            refusal = hostKeys.refusal(address, HostKey.of(key)).orElse(null);
            passed = refusal == null;
        } catch (RuntimeException e) { // JSch would replace it by its own exception
            failure = e;
        }
        return passed ? OK : NOT_INCLUDED;
    }

    @Override
    public com.jcraft.jsch.HostKey[] getHostKey(String host, String type) {
        return new com.jcraft.jsch.HostKey[0];
    }

    @Override
    public com.jcraft.jsch.HostKey[] getHostKey() {
        return new com.jcraft.jsch.HostKey[0];
    }

    @Override
    public void add(com.jcraft.jsch.HostKey key, UserInfo user) {
        throw new UnsupportedOperationException("JSch adds no host keys here");
    }

    @Override
    public void remove(String host, String type) {
        throw new UnsupportedOperationException("JSch removes no host keys here");
    }

    @Override
    public void remove(String host, String type, byte[] key) {
        throw new UnsupportedOperationException("JSch removes no host keys here");
    }

    @Override
    public String getKnownHostsRepositoryID() {
        return "loadshare";
    }
}
