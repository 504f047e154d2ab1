package io.loadshare.software;

import io.loadshare.Quoted;
import io.loadshare.host.HostName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One entry of the catalogue.
 *
 * @param pool the hosts that have it
 * @param license the license feature each of its jobs needs
 * @param versions installed versions, in the order they are listed
 * @param defaultVersion the version to take where none is asked for
 * @param command the argv of the launcher, with placeholders ({@code {path}}, {@code {modality}}); may be empty
 * @param worker the argv for {@code workerdesktop}, with placeholders; may be empty
 * @param commands names of programs that belong to it
 * @param setup a shell line to run before any of its programs
 * @param setupShell the shell that runs {@code setup}
 */
public record Software(
        String name,
        String pool,
        Optional<String> license,
        List<Version> versions,
        Optional<String> defaultVersion,
        List<String> command,
        List<String> worker,
        List<String> commands,
        Optional<String> setup,
        String setupShell) {

    /** An installed version and where it stands on the hosts. */
    public record Version(String name, String path) {}

    public Software {
        versions = List.copyOf(versions);
        command = List.copyOf(command);
        worker = List.copyOf(worker);
        commands = List.copyOf(commands);
        HostName.requireWord("name of a software", name);
        checkVersions(name, versions);
        command.forEach(Template::check);
        worker.forEach(Template::check);
        checkPrograms(name, commands);
        if (defaultVersion.isPresent()
                && versions.stream().noneMatch(v -> v.name().equals(defaultVersion.get()))) {
            throw new IllegalArgumentException("default of software '" + name + "' must be one of its versions "
                    + versions.stream().map(Version::name).toList() + ", was '" + defaultVersion.get() + "'");
        }
    }

    private static void checkVersions(String software, List<Version> versions) {
        Set<String> names = new HashSet<>();
        for (Version version : versions) {
            HostName.requireWord("name of a version of software '" + software + "'", version.name());
            if (!names.add(version.name())) {
                throw new IllegalArgumentException(
                        "version '" + version.name() + "' of software '" + software + "' is listed twice");
            }
        }
    }

    private static void checkPrograms(String software, List<String> commands) {
        for (String program : commands) {
            if (!isProgram(program)) {
                throw new IllegalArgumentException("commands of software '" + software
                        + "' must be names of programs, without their directory, one was " + Quoted.of(program));
            }
        }
    }

    /** Whether text may be the file name of a program. */
    public static boolean isProgram(String text) {
        return HostName.isArgument(text) && text.indexOf('/') < 0;
    }
}
