package dev.sightline.localstack.cli;

import dev.sightline.localstack.cli.Terminal.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows with aligned columns, as wide as their widest cell. */
public final class Table {
    /** One cell; numbers go to the right. */
    public record Cell(String text, Tone tone, boolean right) {
        public static Cell of(String text) {
            return new Cell(text, Tone.PLAIN, false);
        }

        public static Cell of(String text, Tone tone) {
            return new Cell(text, tone, false);
        }

        public static Cell right(String text) {
            return new Cell(text, Tone.PLAIN, true);
        }

        int width() {
            return text.codePointCount(0, text.length());
        }
    }

    private final List<List<Cell>> rows = new ArrayList<>();

    public Table row(Cell... cells) {
        rows.add(List.of(cells));
        return this;
    }

    public Table row(List<Cell> cells) {
        rows.add(List.copyOf(cells));
        return this;
    }

    /** The lines, each indented by two blanks, without blanks at the end. */
    public List<String> lines(Terminal terminal) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = IntStream.range(0, columns).map(column -> rows.stream().filter(row -> row.size() > column)
                .mapToInt(row -> row.get(column).width()).max().orElse(0)).toArray();
        return rows.stream().map(row -> line(row, widths, terminal)).toList();
    }

    private static String line(List<Cell> row, int[] widths, Terminal terminal) {
        StringBuilder line = new StringBuilder(" ");
        StringBuilder blanks = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            Cell cell = row.get(column);
            String fill = " ".repeat(widths[column] - cell.width());
            blanks.append(column == 0 ? " " : "  ").append(cell.right() ? fill : "");
            if (!cell.text().isEmpty()) {
                line.append(blanks).append(terminal.paint(cell.tone(), cell.text()));
                blanks.setLength(0);
            }
            blanks.append(cell.right() ? "" : fill);
        }
        return line.toString();
    }
}
