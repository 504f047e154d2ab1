package io.loadshare.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The recipes of {@code docs/software.md}, with stand-ins for programs that cannot be had: Matlab is Octave with a toy of
 * SPM, and every other program prints how it was called.
 */
public final class Recipes {

    private static final String ECHO =
            "#!/bin/sh\necho \"${0##*/} $* slots=$LOADSHARE_SLOTS subjects=$SUBJECTS_DIR\"\n";

    /** What the lines of each section print; parts of the output. */
    private static final Map<String, List<String>> PRINTED = Map.of(
            "SPM batch", List.of("defaults fmri", "Running module 1\nmodule ran\nDone\n"),
            "SPM with its windows", List.of("spm "),
            "automaticanalysis", List.of("worker 1\n"),
            "MaxFilter", List.of("maxfilter -f raw.fif -o sss.fif -force slots=1"),
            "MNE-Python", List.of("python analyse.py subj01 slots=4"),
            "FreeSurfer", List.of("recon-all -openmp 4 -s subj01 -all slots=4 subjects=/"));

    private final Path top;
    private final Path directory;

    /**
     * One way to start a software.
     *
     * @param software the entry of the catalog
     * @param shell command lines
     * @param pipelines lines of a Jenkinsfile
     * @param printed what each line prints
     */
    public record Recipe(
            String title, String software, List<String> shell, List<String> pipelines, List<String> printed) {

        @Override
        public String toString() {
            return title;
        }
    }

    /**
     * @param top the top of the checkout
     * @param directory gets the stand-ins, and replaces the paths {@code /imaging} and {@code /neuro} of the recipes
     */
    public Recipes(Path top, Path directory) throws IOException {
        this.top = top.toAbsolutePath();
        this.directory = directory;
        for (String program : List.of("neuro/bin/maxfilter", "imaging/freesurfer/bin/recon-all")) {
            script(program, ECHO);
        }
        script("imaging/mne-python/bin/python", ECHO + "mkdir -p figures; echo figure > figures/subj01.png\n");
        script("imaging/mne-python/bin/activate", "PATH=" + directory + "/imaging/mne-python/bin:$PATH\n");
        script("imaging/freesurfer/SetUpFreeSurfer.sh", "PATH=$FREESURFER_HOME/bin:$PATH; echo set up\n");
        script("imaging/study/figures.sh", "#!/bin/sh\necho \"spm on display ${DISPLAY:?}\"\n");
        script("imaging/study/aaworker.m", "function aaworker(n)\n printf('worker %d\\n', n);\nend\n");
        for (String version : List.of("spm8", "spm12")) {
            Path toolbox = this.top.resolve("src/test/resources/software/toolbox");
            Files.createDirectories(directory.resolve("imaging/spm"));
            Files.createSymbolicLink(directory.resolve("imaging/spm/" + version), toolbox);
        }
        Process save = new ProcessBuilder(
                        "octave-cli",
                        "--quiet",
                        "--norc",
                        "--eval",
                        "matlabbatch = {@() disp('module ran')}; save('-text', 'job.mat', 'matlabbatch')")
                .directory(directory.resolve("imaging/study").toFile())
                .start();
        try {
            if (save.waitFor() != 0) {
                throw new IOException("job.mat was not written");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void script(String path, String text) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The directory in which users have their files. */
    public Path study() {
        return directory.resolve("imaging/study");
    }

    /** Reads the recipes: each YAML block with the lines that follow it. A block of keys changes the entry before it. */
    public List<Recipe> read() throws IOException {
        List<Recipe> recipes = new ArrayList<>();
        String guide = Files.readString(top.resolve("docs/software.md"));
        String part = guide.substring(guide.indexOf("\n## Recipes\n"), guide.indexOf("\n## Arguments of spm\n"));
        String entry = "";
        for (String section : part.split("\n### ")) {
            List<String> blocks = blocks("yaml", section);
            List<String> shell = lines(section);
            List<String> pipelines = blocks("groovy", section);
            for (String block : blocks) {
                entry = block.startsWith("  - name:") ? block : with(entry, block);
                String title = section.lines().findFirst().orElse("");
                if (shell.isEmpty() || !PRINTED.containsKey(title)) {
                    throw new IllegalStateException("the recipe '" + title + "' has no line, or no known result");
                }
                recipes.add(new Recipe(title, entry, shell, pipelines, PRINTED.get(title)));
            }
        }
        return recipes;
    }

    private List<String> blocks(String language, String section) {
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(section);
        return block.results().map(found -> here(found.group(1))).toList();
    }

    private List<String> lines(String section) {
        return section.replaceAll("(?s)```.*?```", "")
                .lines()
                .filter(line -> line.startsWith("    loadshare "))
                .map(line -> here(line.strip()))
                .toList();
    }

    private String here(String text) {
        Path programs = top.resolve("src/test/resources/software/bin");
        return text.replace("/imaging", directory + "/imaging")
                .replace("/neuro", directory + "/neuro")
                .replace("[matlab", "[" + programs.resolve("matlab"))
                .replace("-e, matlab", "-e, " + programs.resolve("matlab"))
                .replace("[xterm", "[" + programs.resolve("xterm"));
    }

    /** Returns an entry with other values for some of its keys. */
    private static String with(String entry, String keys) {
        String changed = entry;
        Matcher key = Pattern.compile("^    (\\w+):", Pattern.MULTILINE).matcher(keys);
        while (key.find()) {
            changed = changed.replaceFirst("(?m)^    " + key.group(1) + ":.*\n(?:^     .*\n)*", "");
        }
        return changed + keys;
    }
}
