package io.loadshare.host;

import io.loadshare.InvalidSettingException;
import io.loadshare.Quoted;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A machine that may run jobs.
 *
 * @param address the name or IP address to connect to; by default the host's name
 * @param port the SSH port, if it overrides the SSH configuration
 * @param user the login name, if it overrides the SSH configuration
 * @param speed relative speed of one core; 1.0 is normal; positive and finite
 * @param local whether this is the machine that the program runs on, reached without SSH
 * @param slurm the Slurm cluster that runs the jobs of this host; the address is that of its login host
 */
public record Host(
        HostName name,
        String address,
        OptionalInt port,
        Optional<String> user,
        Set<Tag> tags,
        double speed,
        boolean local,
        Optional<SlurmCluster> slurm) {

    public Host {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(port, "port");
        Objects.requireNonNull(user, "user");
        tags = Set.copyOf(tags);
        requireArgument("address", name, address);
        if (user.isPresent()) {
            requireArgument("user", name, user.get());
        }
        if (!(speed > 0) || Double.isInfinite(speed)) {
            throw new InvalidSettingException("speed", "speed of host " + name + " must be > 0", speed);
        }
        if (port.isPresent() && (port.getAsInt() < 1 || port.getAsInt() > 65535)) {
            throw new InvalidSettingException("port", "port of host " + name + " must be 1 to 65535", port.getAsInt());
        }
    }

    private static void requireArgument(String what, HostName host, String text) {
        if (!HostName.isArgument(text)) {
            throw new InvalidSettingException(
                    what,
                    what + " of host " + host + " must be one word that does not begin with '-'",
                    Quoted.of(text));
        }
    }

    /** Returns a host reached by SSH under its own name, with default settings. */
    public static Host named(String name) {
        return new Host(
                new HostName(name),
                name,
                OptionalInt.empty(),
                Optional.empty(),
                Set.of(),
                1.0,
                false,
                Optional.empty());
    }

    /** Returns this machine, reached without SSH. */
    public static Host local(String name) {
        return new Host(
                new HostName(name), name, OptionalInt.empty(), Optional.empty(), Set.of(), 1.0, true, Optional.empty());
    }

    /** The same host under another login name. */
    public Host withUser(String login) {
        return new Host(name, address, port, Optional.of(login), tags, speed, local, slurm);
    }

    /** A cluster that is reached through this host, under a name of its own. */
    public Host asLoginTo(HostName clusterName, SlurmCluster cluster) {
        return new Host(clusterName, address, port, user, Set.of(), 1.0, local, Optional.of(cluster));
    }

    /** Returns whether jobs of this host run in a Slurm cluster, behind its login host. */
    public boolean isCluster() {
        return slurm.isPresent();
    }

    /** The name of the machine that is connected to: this host, or the login host of the cluster. */
    public HostName machine() {
        return slurm.map(SlurmCluster::login).orElse(name);
    }
}
