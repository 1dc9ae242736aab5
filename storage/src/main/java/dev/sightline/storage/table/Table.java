package dev.sightline.storage.table;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A ClickHouse table as the list of its columns: what is inserted, in which order, and how a row is read back.
 *
 * @param <R> what a row is written from
 * @param <B> what a row is read into
 */
public record Table<R, B>(String name, List<Column<R, B>> columns) {

    /** The columns with these names, in the table's order: for reads that show less than everything. */
    public Table<R, B> only(Set<String> names) {
        return new Table<>(name, columns.stream().filter(column -> names.contains(column.name())).toList());
    }

    /** Appends all rows as one block of ClickHouse's Native format (no block info: the form of revision 0, used over HTTP). */
    public void encode(List<R> rows, NativeBytes out) {
        out.varint(columns.size());
        out.varint(rows.size());
        for (Column<R, B> column : columns) {
            out.string(column.name());
            out.string(column.type());
            column.encoder().encode(rows, out);
        }
    }

    public List<String> columnNames() {
        return columns.stream().map(Column::name).toList();
    }

    /** The expressions to select for {@link #read}, in the order of the columns. */
    public String selectList() {
        return columns.stream().map(Column::select).collect(Collectors.joining(", "));
    }

    /** Reads the current row, whose values from {@code firstIndex} (1-based) on are those of {@link #selectList}. */
    public void read(ResultSet row, int firstIndex, B into) throws SQLException {
        int index = firstIndex;
        for (Column<R, B> column : columns) {
            column.decoder().decode(row, index++, into);
        }
    }
}
