package io.jenkins.plugins.loadshare.page;

import io.loadshare.load.HostState;

/**
 * The appearance of a host's state.
 *
 * @param name the state in JSON, independent of the language
 * @param word the state in the user's language
 * @param symbol a symbol of Jenkins' design, like the color
 */
public record StateAppearance(String name, String word, String symbol, String color) {

    static StateAppearance of(HostState state) {
        return switch (state) {
            case UP -> look(state, Messages.HostState_up(), "checkmark-circle", "success");
            case STALE -> look(state, Messages.HostState_stale(), "time", "warning");
            case UNREACHABLE -> look(state, Messages.HostState_unreachable(), "cloud-offline", "error");
            case UNKNOWN -> look(state, Messages.HostState_unknown(), "help-circle", "skipped");
            case DRAINED -> look(state, Messages.HostState_drained(), "pause-circle", "skipped");
            case SUSPENDED -> look(state, Messages.HostState_suspended(), "ban", "warning");
        };
    }

    /** The state of a node without a connected agent; hosts do not have it. */
    static StateAppearance offline() {
        return look("offline", Messages.StateAppearance_offline(), "close-circle", "skipped");
    }

    private static StateAppearance look(HostState state, String word, String symbol, String color) {
        return look(state.word(), word, symbol, color);
    }

    private static StateAppearance look(String name, String word, String symbol, String color) {
        return new StateAppearance(name, word, "symbol-" + symbol + "-outline plugin-ionicons-api", color);
    }
}
