package io.jenkins.plugins.loadshare.security;

import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.security.Permission;
import hudson.security.PermissionGroup;
import hudson.security.PermissionScope;
import jenkins.model.Jenkins;
import org.jvnet.localizer.Localizable;

/** What users may do with the hosts as a whole; administrators may everything. */
public final class LoadsharePermissions {

    public static final PermissionGroup GROUP =
            new PermissionGroup(LoadsharePermissions.class, Messages._LoadsharePermissions_group());

    /** To see hosts, licenses, jobs and placements. */
    public static final Permission VIEW = permission("View", Messages._LoadsharePermissions_view());

    /** To have all hosts measured at once, and to lift suspensions. */
    public static final Permission SCAN = permission("Scan", Messages._LoadsharePermissions_scan());

    /** To end the jobs of all users. */
    public static final Permission ABORT = permission("Abort", Messages._LoadsharePermissions_abort());

    private LoadsharePermissions() {}

    private static Permission permission(String name, Localizable description) {
        return new Permission(GROUP, name, description, Jenkins.ADMINISTER, PermissionScope.JENKINS);
    }

    /** Makes the permissions known before anything is configured that grants them. */
    @Initializer(before = InitMilestone.SYSTEM_CONFIG_LOADED)
    public static void register() {
        // loading the class was all
    }
}
