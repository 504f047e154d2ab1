package io.loadshare.cli.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A text table whose columns are as wide as their widest cell; numbers are aligned to the right. */
public final class TextTable {

    private final String[] titles;
    private final boolean[] right;
    private final List<String[]> rows = new ArrayList<>();

    /**
     * @param titles the column titles; a column whose title begins with {@code >} is aligned to the right
     */
    public TextTable(String... titles) {
        this.titles = titles.clone();
        this.right = new boolean[titles.length];
        for (int i = 0; i < titles.length; i++) {
            right[i] = titles[i].startsWith(">");
            this.titles[i] = right[i] ? titles[i].substring(1) : titles[i];
        }
    }

    public void row(String... cells) {
        if (cells.length != titles.length) {
            throw new IllegalArgumentException("row has " + cells.length + " cells, table " + titles.length);
        }
        rows.add(cells);
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    public String print() {
        int[] widths = Arrays.stream(titles).mapToInt(String::length).toArray();
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].codePointCount(0, row[i].length()));
            }
        }
        StringBuilder out = new StringBuilder();
        print(out, titles, widths);
        rows.forEach(row -> print(out, row, widths));
        return out.toString();
    }

    private void print(StringBuilder out, String[] cells, int[] widths) {
        int start = out.length();
        for (int i = 0; i < cells.length; i++) {
            String padding = " ".repeat(widths[i] - cells[i].codePointCount(0, cells[i].length()));
            out.append(i == 0 ? "" : "  ").append(right[i] ? padding + cells[i] : cells[i] + padding);
        }
        int end = out.length();
        while (end > start && out.charAt(end - 1) == ' ') {
            end--;
        }
        out.setLength(end);
        out.append('\n');
    }
}
