package io.jenkins.plugins.loadshare.page;

import io.loadshare.load.HostState;

/**
 * How a host's state is shown.
 *
 * @param name the state's word in JSON, which no language changes
 * @param word the same for people
 * @param symbol of Jenkins' design, as is the colour
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

    /** Of a node without an agent, which hosts have not. */
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
