package io.jenkins.plugins.loadshare.page;

import hudson.model.Run;
import java.util.Optional;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.springframework.security.access.AccessDeniedException;

/** A link to a build, for users who may see it. */
@ExportedBean(defaultVisibility = 3)
public record BuildLink(@Exported String name, @Exported String url) {

    /**
     * @param id the run's {@code externalizableId}
     * @return empty if the build is gone or the user may not see it
     */
    static Optional<BuildLink> of(String id) {
        return visible(id).map(run -> new BuildLink(run.getFullDisplayName(), run.getUrl()));
    }

    static Optional<Run<?, ?>> visible(String id) {
        try {
            return Optional.ofNullable(Run.fromExternalizableId(id)); // finds only what the user may read
        } catch (AccessDeniedException e) {
            return Optional.empty(); // the user may only know that the job exists
        }
    }
}
