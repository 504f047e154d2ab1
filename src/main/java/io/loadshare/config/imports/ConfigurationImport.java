package io.loadshare.config.imports;

import io.loadshare.config.ConfigurationException;
import io.loadshare.config.ConfigurationFile;
import io.loadshare.config.ConfigurationLoader;
import io.loadshare.config.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes one configuration of the files of SCICLUST ({@code ~/.sciclust}, {@code ~/.sciclustc} and the like) and LoadShare
 * ({@code loadsharesettings.py}). Where several files speak of the same, the last word counts.
 */
public final class ConfigurationImport {

    private final ImportDraft draft = new ImportDraft();
    private final SciclustImport sciclust = new SciclustImport(draft);

    private ConfigurationImport() {}

    /**
     * @throws ConfigurationException if a file cannot be read
     */
    public static ImportedConfiguration of(List<Path> files) {
        ConfigurationImport result = new ConfigurationImport();
        files.forEach(file -> result.add(ConfigurationFile.name(file), ConfigurationFile.bytes(file)));
        return result.finish(files);
    }

    private void add(String name, byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            // Files of their time; what matters in them is ASCII.
            text = new String(bytes, StandardCharsets.ISO_8859_1);
        }
        if (name.endsWith(".py")) {
            new LoadShareImport(draft).add(name, text);
        } else {
            sciclust.add(name, text);
        }
    }

    private ImportedConfiguration finish(List<Path> files) {
        sciclust.finish();
        List<String> names = files.stream().map(ConfigurationFile::name).toList();
        String yaml = draft.yaml("Imported from " + String.join(", ", names));
        List<Problem> notes = new ArrayList<>(draft.notes(names));
        try {
            ConfigurationLoader.check("the result", yaml);
        } catch (ConfigurationException e) {
            notes.addAll(e.problems());
        }
        return new ImportedConfiguration(yaml, draft.has("hosts"), notes);
    }
}
