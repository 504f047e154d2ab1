package io.jenkins.plugins.loadshare.settings;

import hudson.model.Item;
import java.util.List;

/**
 * Who may use a pool.
 *
 * @param names full names of jobs, and of folders with all that is in them; empty for everyone
 */
public record PoolUsers(List<String> names) {

    public static final PoolUsers EVERYONE = new PoolUsers(List.of());

    public PoolUsers {
        names = List.copyOf(names);
        for (String name : names) {
            if (name.startsWith("/") || name.endsWith("/") || name.contains("//")) {
                throw new IllegalArgumentException(
                        "usableBy must be full names such as 'folder/job', one was '" + name + "'");
            }
        }
    }

    public boolean include(Item item) {
        String fullName = item.getFullName();
        return names.isEmpty()
                || names.stream().anyMatch(name -> fullName.equals(name) || fullName.startsWith(name + "/"));
    }
}
