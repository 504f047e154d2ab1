package io.loadshare.transport.jsch;

import com.jcraft.jsch.Identity;
import com.jcraft.jsch.IdentityRepository;
import io.loadshare.transport.HostKey;
import io.loadshare.transport.openssh.HostSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Vector;
import java.util.function.Predicate;

/**
 * The keys offered to one server, in OpenSSH's order: the configured keys that the agent holds, the agent's other keys
 * unless {@code IdentitiesOnly} is set, then the configured files whose keys the agent does not hold. Encrypted files
 * are omitted, since nobody can be asked for a passphrase. The class records which keys it omitted and why.
 */
final class Identities implements IdentityRepository {

    private final List<Identity> offered = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    static Identities none() {
        return new Identities();
    }

    static Identities given(KeyFiles.Content key, String name) {
        Identities identities = new Identities();
        key.identity()
                .ifPresentOrElse(
                        identities.offered::add, () -> identities.leftOut.add("key " + name + ": " + key.flaw()));
        return identities;
    }

    /** @param first a private key to offer before all others */
    static Identities configured(HostSettings settings, Optional<Path> first, KeyFiles files, DeadlineGuard guard) {
        Identities identities = new Identities();
        if (settings.publicKeys()) {
            List<Identity> held = identities.held(settings.agent(), guard);
            first.ifPresent(file -> identities.offer(file, files.content(file), held, identities.offered));
            identities.gather(settings, files, held);
        } else {
            identities.leftOut.add("keys: the SSH configuration says PubkeyAuthentication no");
        }
        return identities;
    }

    private void gather(HostSettings settings, KeyFiles files, List<Identity> held) {
        List<Identity> fromFiles = new ArrayList<>();
        for (Path file : settings.identityFiles()) {
            Optional<KeyFiles.Content> content = files.content(file);
            if (content.isPresent()) {
                offer(file, content, held, fromFiles);
            }
        }
        if (!settings.identitiesOnly()) {
            offered.addAll(held);
        }
        offered.addAll(fromFiles);
    }

    /** Offers a file's key: as the agent's key if the agent holds it, otherwise among {@code others}. */
    private void offer(Path file, Optional<KeyFiles.Content> content, List<Identity> held, List<Identity> others) {
        Optional<Identity> inAgent = content.flatMap(KeyFiles.Content::publicKey)
                .flatMap(key -> held.stream().filter(has(key)).findFirst());
        Optional<Identity> usable = content.flatMap(KeyFiles.Content::identity);
        if (inAgent.isPresent()) {
            held.remove(inAgent.get());
            offered.add(inAgent.get());
        } else if (usable.isPresent()) {
            others.add(usable.get());
        } else {
            leftOut.add(file + ": " + content.map(KeyFiles.Content::flaw).orElse("no such file"));
        }
    }

    private static Predicate<Identity> has(byte[] publicKey) {
        return identity -> Arrays.equals(identity.getPublicKeyBlob(), publicKey);
    }

    private List<Identity> held(Optional<Path> socket, DeadlineGuard guard) {
        if (socket.isEmpty()) {
            leftOut.add("no ssh-agent is named by SSH_AUTH_SOCK or IdentityAgent");
            return new ArrayList<>();
        }
        SshAgent agent = new SshAgent(socket.get(), guard);
        List<Identity> held = new ArrayList<>(agent.identities());
        if (!agent.trouble().isEmpty()) {
            leftOut.add(agent.trouble());
        } else if (held.isEmpty()) {
            leftOut.add("the agent at " + socket.get() + " gave no keys");
        }
        return held;
    }

    /** Describes the keys that were offered and those that were not, for a message. */
    String words() {
        List<String> words = new ArrayList<>();
        for (Identity identity : offered) {
            words.add(identity.getName() + " (" + fingerprint(identity) + ")");
        }
        String offers = words.isEmpty() ? "No key was offered" : "Offered: " + String.join(", ", words);
        return leftOut.isEmpty() ? offers : offers + ". Not offered: " + String.join("; ", leftOut);
    }

    private static String fingerprint(Identity identity) {
        byte[] blob = identity.getPublicKeyBlob();
        return blob == null ? identity.getAlgName() : HostKey.of(blob).toString();
    }

    @Override
    public Vector<Identity> getIdentities() {
        return new Vector<>(offered);
    }

    @Override
    public String getName() {
        return "loadshare";
    }

    @Override
    public int getStatus() {
        return RUNNING;
    }

    @Override
    public boolean add(byte[] identity) {
        return false;
    }

    @Override
    public boolean remove(byte[] blob) {
        return false;
    }

    @Override
    public void removeAll() {
        // loadshare never removes keys from JSch.
    }
}
