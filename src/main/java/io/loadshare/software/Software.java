package io.loadshare.software;

import io.loadshare.InvalidSettingException;
import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.Suggestions;
import io.loadshare.host.HostName;
import io.loadshare.job.JobSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * An entry of the software catalog.
 *
 * @param pool the hosts that have the software
 * @param licenses the license features that each of its jobs needs, all of them
 * @param slots the slots of a job that requests no number; empty for the default of its starter
 * @param versions the installed versions, in configuration order
 * @param defaultVersion the version to use where none is requested
 * @param modality the modality to use where none is requested
 * @param launchers the templates of its launchers, with placeholders ({@code {path}}, {@code {modality}})
 * @param programs its programs
 * @param setup shell lines to run before any of its programs
 * @param setupShell the shell that runs {@code setup}
 */
public record Software(
        String name,
        String pool,
        List<String> licenses,
        OptionalInt slots,
        List<Version> versions,
        Optional<String> defaultVersion,
        String modality,
        Launcher.Templates launchers,
        List<Program> programs,
        Optional<String> setup,
        String setupShell) {

    /** The modality of software whose entry does not name one. */
    public static final String DEFAULT_MODALITY = "fmri";

    /** The shell of software whose entry does not name one. */
    public static final String DEFAULT_SETUP_SHELL = "bash";

    static final List<String> MODALITIES = List.of("fmri", "pet", "eeg");

    /** An installed version and its path on the hosts. */
    public record Version(String name, String path) {}

    public Software {
        licenses = List.copyOf(licenses);
        versions = List.copyOf(versions);
        programs = List.copyOf(programs);
        HostName.requireWord("name of a software", name);
        if (slots.orElse(0) < 0) {
            throw new InvalidSettingException(
                    "slots", "slots of software '" + name + "' must be ≥ 0", slots.getAsInt());
        }
        checkVersions(name, versions);
        if (!MODALITIES.contains(modality)) {
            throw new InvalidSettingException(
                    "modality",
                    "modality of software '" + name + "' must be one of " + String.join(", ", MODALITIES),
                    Quoted.of(modality));
        }
        if (defaultVersion.isPresent()
                && versions.stream().noneMatch(v -> v.name().equals(defaultVersion.get()))) {
            throw new InvalidSettingException(
                    "default",
                    "default of software '" + name + "' must be one of its versions "
                            + versions.stream().map(Version::name).toList(),
                    "'" + defaultVersion.get() + "'");
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

    /** Returns the program of this name, if the software has it. */
    public Optional<Program> program(String name) {
        return programs.stream().filter(program -> program.name().equals(name)).findFirst();
    }

    /**
     * Returns the version of this name.
     *
     * @throws LoadshareException of kind USAGE if the software does not have it; the message suggests the nearest
     */
    public Version version(String name) {
        List<String> known = versions.stream().map(Version::name).toList();
        return versions.stream()
                .filter(version -> version.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown("version", name, known));
    }

    /** Returns the version to use where none is requested: the default, otherwise the last one. */
    public Version defaultOrLastVersion() {
        return defaultVersion
                .map(this::version)
                .orElseGet(() -> versions.isEmpty() ? new Version("", "") : versions.get(versions.size() - 1));
    }

    /**
     * Returns the job that starts a program of this software.
     *
     * @param command the program and its arguments
     * @throws LoadshareException of kind USAGE if the software does not have the program; the message suggests the
     *     nearest
     */
    public JobSpec toSpec(String id, List<String> command, int slots) {
        String wanted = command.isEmpty() ? "" : command.get(0);
        List<String> known = programs.stream().map(Program::name).toList();
        Program program = program(wanted).orElseThrow(() -> unknown("command", wanted, known));
        return prepare(JobSpec.of(id, program.argv(command.subList(1, command.size()), slots)));
    }

    /** Returns the job with the setup of this software. */
    public JobSpec prepare(JobSpec spec) {
        return setup.map(lines -> spec.withSetup(setupShell, lines)).orElse(spec);
    }

    private static LoadshareException unknown(String what, String wanted, List<String> known) {
        return new LoadshareException(LoadshareException.Kind.USAGE, Suggestions.unknown(what, wanted, known));
    }
}
