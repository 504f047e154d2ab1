package io.loadshare.config.imports;

import io.loadshare.config.Problem;
import java.util.List;

/**
 * What an import gives.
 *
 * @param yaml the configuration
 * @param notes what was left out or needs a look, with its place in the imported files
 */
public record ImportedConfiguration(String yaml, List<Problem> notes) {

    public ImportedConfiguration {
        notes = List.copyOf(notes);
    }
}
