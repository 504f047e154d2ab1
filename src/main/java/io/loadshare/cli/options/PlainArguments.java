package io.loadshare.cli.options;

import java.util.ArrayList;
import java.util.List;

/**
 * The parser of a command line on which each option is known, given once, and a flag or followed by its text. All other
 * command lines, with all possible errors, are left to picocli, whose model of the options takes longer to build than a
 * decision.
 */
final class PlainArguments {

    private PlainArguments() {}

    /**
     * Sets the values of the options, or leaves all of them unchanged.
     *
     * @param oneOf the options of which at most one may be given
     * @return false if picocli must parse the words
     */
    static boolean read(List<String> words, List<OptionBinding<?>> options, List<List<OptionBinding<?>>> oneOf) {
        List<OptionBinding<?>> given = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            OptionBinding<?> option = named(words.get(i), options);
            if (option == null || given.contains(option)) {
                return false;
            }
            given.add(option);
            if (option.isFlag()) {
                texts.add("");
            } else if (i + 1 < words.size() && isText(words.get(i + 1))) {
                texts.add(words.get(++i));
            } else {
                return false;
            }
        }
        for (List<OptionBinding<?>> alternatives : oneOf) {
            List<OptionBinding<?>> both = new ArrayList<>(given);
            both.retainAll(alternatives);
            if (both.size() > 1) {
                return false;
            }
        }
        for (int i = 0; i < given.size(); i++) {
            given.get(i).give(texts.get(i));
        }
        return true;
    }

    private static OptionBinding<?> named(String word, List<OptionBinding<?>> options) {
        for (OptionBinding<?> option : options) {
            if (option.isNamed(word)) {
                return option;
            }
        }
        return null;
    }

    private static boolean isText(String word) {
        return !word.isEmpty() && word.charAt(0) != '-';
    }
}
