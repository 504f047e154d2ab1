package io.jenkins.plugins.loadshare.security;

import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.security.Permission;
import hudson.security.PermissionGroup;
import hudson.security.PermissionScope;
import jenkins.model.Jenkins;
import org.jvnet.localizer.Localizable;

/** The permissions for the hosts as a whole. Administrators have all of them. */
public final class LoadsharePermissions {

    public static final PermissionGroup GROUP =
            new PermissionGroup(LoadsharePermissions.class, Messages._LoadsharePermissions_group());

    /** Permits viewing hosts, licenses, jobs and placements. */
    public static final Permission VIEW = permission("View", Messages._LoadsharePermissions_view());

    /** Permits measuring all hosts now and lifting suspensions. */
    public static final Permission SCAN = permission("Scan", Messages._LoadsharePermissions_scan());

    /** Permits aborting the jobs of all users. */
    public static final Permission ABORT = permission("Abort", Messages._LoadsharePermissions_abort());

    private LoadsharePermissions() {}

    private static Permission permission(String name, Localizable description) {
        return new Permission(GROUP, name, description, Jenkins.ADMINISTER, PermissionScope.JENKINS);
    }

    /** Registers the permissions before the configuration that grants them is loaded. */
    @Initializer(before = InitMilestone.SYSTEM_CONFIG_LOADED)
    public static void register() {
        // loading the class is enough
    }
}
