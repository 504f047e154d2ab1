package io.loadshare.software;

import io.loadshare.Quoted;
import io.loadshare.host.HostName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * An entry of the software catalog.
 *
 * @param pool the hosts that have the software
 * @param license the license feature that each of its jobs needs
 * @param slots the slots of a job that requests no number; empty for the default of its starter
 * @param versions the installed versions, in configuration order
 * @param defaultVersion the version to use where none is requested
 * @param command the argv of the launcher, with placeholders ({@code {path}}, {@code {modality}}); may be empty
 * @param worker the argv for {@code workerdesktop}, with placeholders; may be empty
 * @param commands the names of its programs
 * @param setup shell lines to run before any of its programs
 * @param setupShell the shell that runs {@code setup}
 */
public record Software(
        String name,
        String pool,
        Optional<String> license,
        OptionalInt slots,
        List<Version> versions,
        Optional<String> defaultVersion,
        List<String> command,
        List<String> worker,
        List<String> commands,
        Optional<String> setup,
        String setupShell) {

    /** An installed version and its path on the hosts. */
    public record Version(String name, String path) {}

    public Software {
        versions = List.copyOf(versions);
        command = List.copyOf(command);
        worker = List.copyOf(worker);
        commands = List.copyOf(commands);
        HostName.requireWord("name of a software", name);
        if (slots.orElse(0) < 0) {
            throw new IllegalArgumentException("slots of software '" + name + "' must be ≥ 0, was " + slots.getAsInt());
        }
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
                        + "' must be program names without a directory, but one was " + Quoted.of(program));
            }
        }
    }

    /** Returns whether the text can be the file name of a program. */
    public static boolean isProgram(String text) {
        return HostName.isArgument(text) && text.indexOf('/') < 0;
    }
}
