package io.jenkins.plugins.loadshare.page;

import io.loadshare.load.HostState;

/** How a host's state is shown: by a word, a symbol and a colour of Jenkins' design. */
final class StateWords {

    private StateWords() {}

    static String word(HostState state) {
        return switch (state) {
            case UP -> Messages.HostState_up();
            case STALE -> Messages.HostState_stale();
            case UNREACHABLE -> Messages.HostState_unreachable();
            case UNKNOWN -> Messages.HostState_unknown();
            case DRAINED -> Messages.HostState_drained();
            case SUSPENDED -> Messages.HostState_suspended();
        };
    }

    static String symbol(HostState state) {
        String name =
                switch (state) {
                    case UP -> "checkmark-circle-outline";
                    case STALE -> "time-outline";
                    case UNREACHABLE -> "cloud-offline-outline";
                    case UNKNOWN -> "help-circle-outline";
                    case DRAINED -> "pause-circle-outline";
                    case SUSPENDED -> "ban-outline";
                };
        return "symbol-" + name + " plugin-ionicons-api";
    }

    static String color(HostState state) {
        return switch (state) {
            case UP -> "success";
            case STALE, SUSPENDED -> "warning";
            case UNREACHABLE -> "error";
            case UNKNOWN, DRAINED -> "skipped";
        };
    }
}
