package io.loadshare.job.ssh;

import io.loadshare.transport.ShellWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Generates arguments of the kind that goes wrong on the way through a shell. */
final class ArgumentVectors {

    private static final List<String> NASTY = List.of(
            "",
            " ",
            "  two  blanks ",
            "\n",
            "a\nb\n",
            "'",
            "''",
            "'\\''",
            "\"",
            "`id`",
            "$(id)",
            "$HOME",
            "${x}",
            "\\",
            "\\\\n",
            "*",
            "?",
            "[a-z]*",
            "~",
            "~root",
            "-",
            "--",
            "-n",
            "--help",
            "!",
            "!!",
            "#",
            "&",
            "|",
            ";",
            "<",
            ">",
            "(",
            ")",
            "{a,b}",
            "=",
            "a=b",
            "%s",
            "%",
            "^",
            "\t",
            "\r",
            "\r\n",
            "é",
            "日本語",
            "😀",
            "EOF",
            "exit",
            "if",
            "\u007f",
            "\u0001",
            "\u0081\u0088");

    private ArgumentVectors() {}

    /** Up to eight arguments. */
    static List<String> next(Random random) {
        List<String> words = new ArrayList<>();
        int count = random.nextInt(9);
        for (int i = 0; i < count; i++) {
            words.add(word(random));
        }
        return words;
    }

    private static String word(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> NASTY.get(random.nextInt(NASTY.size()));
            case 1 -> NASTY.get(random.nextInt(NASTY.size())) + NASTY.get(random.nextInt(NASTY.size()));
            case 2 -> bytes(random);
            default -> characters(random);
        };
    }

    private static String bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                bytes[i] = '\'';
            }
        }
        return ShellWords.decode(bytes);
    }

    private static String characters(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(20);
        while (text.codePointCount(0, text.length()) < length) {
            int code = 1 + random.nextInt(random.nextBoolean() ? 0x7f : Character.MAX_CODE_POINT);
            if (code < Character.MIN_SURROGATE || code > Character.MAX_SURROGATE) {
                text.appendCodePoint(code);
            }
        }
        return text.toString();
    }
}
