package io.jenkins.plugins.loadshare.page;

import hudson.model.Run;
import java.util.Optional;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.springframework.security.access.AccessDeniedException;

/** A build, for who may see it. */
@ExportedBean(defaultVisibility = 3)
public record BuildLink(@Exported String name, @Exported String url) {

    /**
     * @param id the run's {@code externalizableId}
     * @return empty if it is gone, or not for the eyes of who asks
     */
    static Optional<BuildLink> of(String id) {
        return visible(id).map(run -> new BuildLink(run.getFullDisplayName(), run.getUrl()));
    }

    static Optional<Run<?, ?>> visible(String id) {
        try {
            return Optional.ofNullable(Run.fromExternalizableId(id)); // finds only what who asks may read
        } catch (AccessDeniedException e) {
            return Optional.empty(); // may know that the job exists, but no more
        }
    }
}
