package io.jenkins.plugins.loadshare.service;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardUsernameCredentials;
import hudson.model.Item;
import hudson.model.Run;
import hudson.security.ACL;
import io.jenkins.plugins.loadshare.security.LoginFactory;
import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.transport.Login;
import java.util.List;
import jenkins.model.Jenkins;

/** The lookup of credentials in Jenkins. */
public final class Credentials {

    private Credentials() {}

    /**
     * Looks up credentials of the controller, including those that no job may use, for the administrator's own actions.
     */
    static Login ofSystem(Jenkins jenkins, String id) {
        StandardUsernameCredentials found = CredentialsMatchers.firstOrNull(
                CredentialsProvider.lookupCredentialsInItemGroup(
                        StandardUsernameCredentials.class, jenkins, ACL.SYSTEM2, List.of()),
                CredentialsMatchers.withId(id));
        if (found == null) {
            throw new LoadshareException(
                    LoadshareException.Kind.CONFIGURATION,
                    "there are no credentials " + Quoted.of(id)
                            + " on this controller: see ssh, credentialsId in Manage Jenkins, System, Loadshare");
        }
        return LoginFactory.of(found);
    }

    /**
     * Looks up the credentials with which a build that is gone started a job, to end that job: in the build's folders
     * and in Jenkins, including those that no job may use.
     */
    static Login ofGoneBuild(Jenkins jenkins, BuildJob orphan, String id) {
        String build = orphan.build();
        String job = build.substring(0, Math.max(0, build.lastIndexOf('#')));
        for (String name = job; !name.isEmpty(); name = name.substring(0, Math.max(0, name.lastIndexOf('/')))) {
            Item item = jenkins.getItemByFullName(name);
            if (item != null) {
                StandardUsernameCredentials found = CredentialsMatchers.firstOrNull(
                        CredentialsProvider.lookupCredentialsInItem(
                                StandardUsernameCredentials.class, item, ACL.SYSTEM2, List.of()),
                        CredentialsMatchers.withId(id));
                if (found != null) {
                    return LoginFactory.of(found);
                }
            }
        }
        try {
            return ofSystem(jenkins, id);
        } catch (LoadshareException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.CONFIGURATION,
                    "the credentials " + Quoted.of(id) + " with which build " + build
                            + " started the job no longer exist: end job " + orphan.id() + " as " + orphan.user()
                            + " on "
                            + orphan.host().name(),
                    e);
        }
    }

    /** Looks up credentials that a build may use, and no others. Jenkins records the use. */
    public static Login of(Requester requester, String id) {
        Run<?, ?> run = requester.run().orElse(null);
        StandardUsernameCredentials found = run != null
                ? CredentialsProvider.findCredentialById(id, StandardUsernameCredentials.class, run, List.of())
                : CredentialsProvider.findCredentialByIdInItem(
                        id, StandardUsernameCredentials.class, requester.job(), requester.authentication(), List.of());
        if (found == null) {
            throw new LoadshareException(
                    LoadshareException.Kind.CONFIGURATION,
                    "there are no credentials " + Quoted.of(id) + " that "
                            + requester.job().getFullName()
                            + " may use: add them to its folder or, with global scope, to Jenkins");
        }
        if (run != null) {
            CredentialsProvider.track(run, found);
        } else {
            CredentialsProvider.track(requester.job(), found);
        }
        return LoginFactory.of(found);
    }
}
