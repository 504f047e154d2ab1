package io.jenkins.plugins.loadshare.settings;

import hudson.model.Item;
import java.util.List;

/**
 * The folders and jobs that may use a pool.
 *
 * @param names the full names of jobs, and of folders, which include everything in them; empty for everyone
 */
public record PoolUsers(List<String> names) {

    public static final PoolUsers EVERYONE = new PoolUsers(List.of());

    public PoolUsers {
        names = List.copyOf(names);
        for (String name : names) {
            if (name.startsWith("/") || name.endsWith("/") || name.contains("//")) {
                throw new IllegalArgumentException(
                        "usableBy must be full names such as 'folder/job', but one was '" + name + "'");
            }
        }
    }

    /** @param item null for an administrator */
    public boolean include(Item item) {
        if (item == null) {
            return true;
        }
        String fullName = item.getFullName();
        return names.isEmpty()
                || names.stream().anyMatch(name -> fullName.equals(name) || fullName.startsWith(name + "/"));
    }
}
