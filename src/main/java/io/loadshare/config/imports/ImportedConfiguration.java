package io.loadshare.config.imports;

import io.loadshare.config.Problem;
import java.util.List;

/**
 * The result of an import.
 *
 * @param yaml the configuration
 * @param namesHosts whether the files name any host; without one, the configuration would be for this machine alone
 * @param notes what was left out or needs a look, with its place in the imported files
 */
public record ImportedConfiguration(String yaml, boolean namesHosts, List<Problem> notes) {

    public ImportedConfiguration {
        notes = List.copyOf(notes);
    }
}
