package dev.sightline.storage.table;

import com.google.protobuf.ByteString;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * One column of a {@link Table}: its name, the type it is sent as, how a row's value is written in Native format, the
 * expression that reads it, and how the value read is put back. Everything that inserts or selects a table's columns
 * derives from the list of these, and a test holds the list to the DDL.
 *
 * @param <R> what a row is written from
 * @param <B> what a row is read into
 */
public record Column<R, B>(String name, String type, Encoder<R> encoder, String select, Decoder<B> decoder) {

    /** Writes this column of all rows. */
    @FunctionalInterface
    public interface Encoder<R> {
        void encode(List<R> rows, NativeBytes out);
    }

    /** Reads this column of the current row at the 1-based {@code index}. */
    @FunctionalInterface
    public interface Decoder<B> {
        void decode(ResultSet rows, int index, B into) throws SQLException;
    }

    private static final BigDecimal PICO = BigDecimal.TEN.pow(12);
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    public static <R, B> Column<R, B> text(String name, Function<R, ByteString> get, BiConsumer<B, String> set) {
        return new Column<>(name, "String", (rows, out) -> {
            for (R row : rows) {
                out.string(get.apply(row));
            }
        }, name, (rs, i, into) -> set.accept(into, rs.getString(i)));
    }

    /** Bytes of a fixed width; an empty value is stored as zeros and read back as empty. */
    public static <R, B> Column<R, B> id(String name, int width, Function<R, ByteString> get,
                                         BiConsumer<B, ByteString> set) {
        return new Column<>(name, "FixedString(" + width + ")", (rows, out) -> {
            for (R row : rows) {
                out.fixed(get.apply(row), width);
            }
        }, "hex(" + name + ")", (rs, i, into) -> set.accept(into, idFromHex(rs.getString(i))));
    }

    /** Nanoseconds since 1970; 0 means "not reported". */
    public static <R, B> Column<R, B> nanos(String name, ToLongFunction<R> get, BiConsumer<B, Long> set) {
        return new Column<>(name, "DateTime64(9, 'UTC')", int64(get), "toUnixTimestamp64Nano(" + name + ")",
                (rs, i, into) -> set.accept(into, rs.getLong(i)));
    }

    /** A time of whole seconds, given and read back in nanoseconds since 1970. */
    public static <R, B> Column<R, B> wholeSeconds(String name, ToLongFunction<R> getNanos,
                                                   BiConsumer<B, Long> setNanos) {
        return new Column<>(name, "DateTime('UTC')", (rows, out) -> {
            for (R row : rows) {
                out.int32((int) (getNanos.applyAsLong(row) / NANOS_PER_SECOND));
            }
        }, "toUnixTimestamp(" + name + ")",
                (rs, i, into) -> setNanos.accept(into, rs.getLong(i) * NANOS_PER_SECOND));
    }

    public static <R, B> Column<R, B> count(String name, ToLongFunction<R> get, BiConsumer<B, Long> set) {
        return new Column<>(name, "UInt64", int64(get), name, (rs, i, into) -> set.accept(into, rs.getLong(i)));
    }

    public static <R, B> Column<R, B> uint32(String name, ToIntFunction<R> get, BiConsumer<B, Integer> set) {
        return new Column<>(name, "UInt32", (rows, out) -> {
            for (R row : rows) {
                out.int32(get.applyAsInt(row));
            }
        }, name, (rs, i, into) -> set.accept(into, (int) rs.getLong(i)));
    }

    public static <R, B> Column<R, B> uint16(String name, ToIntFunction<R> get, BiConsumer<B, Integer> set) {
        return new Column<>(name, "UInt16", (rows, out) -> {
            for (R row : rows) {
                out.int16(get.applyAsInt(row));
            }
        }, name, (rs, i, into) -> set.accept(into, rs.getInt(i)));
    }

    public static <R, B> Column<R, B> uint8(String name, ToIntFunction<R> get, BiConsumer<B, Integer> set) {
        return new Column<>(name, "UInt8", int8(get), name, (rs, i, into) -> set.accept(into, rs.getInt(i)));
    }

    /** Only written: what reads does not need it. */
    public static <R, B> Column<R, B> int8(String name, ToIntFunction<R> get) {
        return new Column<>(name, "Int8", int8(get), name, (rs, i, into) -> { });
    }

    private static <R> Encoder<R> int8(ToIntFunction<R> get) {
        return (rows, out) -> {
            for (R row : rows) {
                out.int8(get.applyAsInt(row));
            }
        };
    }

    public static <R, B> Column<R, B> flag(String name, Predicate<R> get, BiConsumer<B, Boolean> set) {
        return new Column<>(name, "Bool", (rows, out) -> {
            for (R row : rows) {
                out.int8(get.test(row) ? 1 : 0);
            }
        }, name, (rs, i, into) -> set.accept(into, rs.getBoolean(i)));
    }

    /** An Enum8, sent as its number under {@code type}, read as its name. */
    public static <R, B> Column<R, B> enum8(String name, String type, ToIntFunction<R> get,
                                            BiConsumer<B, String> set) {
        return new Column<>(name, type, (rows, out) -> {
            for (R row : rows) {
                out.int8(get.applyAsInt(row));
            }
        }, "toString(" + name + ")", (rs, i, into) -> set.accept(into, rs.getString(i)));
    }

    public static <R, B> Column<R, B> optionalDouble(String name, Predicate<R> has, Function<R, Double> get,
                                                     BiConsumer<B, Double> set) {
        return new Column<>(name, "Nullable(Float64)", (rows, out) -> {
            for (R row : rows) {
                out.int8(has.test(row) ? 0 : 1);
            }
            for (R row : rows) {
                out.int64(Double.doubleToRawLongBits(has.test(row) ? get.apply(row) : 0.0));
            }
        }, name, (rs, i, into) -> {
            double value = rs.getDouble(i);
            if (!rs.wasNull()) {
                set.accept(into, value);
            }
        });
    }

    /** Money in 1e-12 US dollars, stored as a decimal number of dollars. */
    public static <R, B> Column<R, B> picoUsd(String name, ToLongFunction<R> get, BiConsumer<B, Long> set) {
        return new Column<>(name, "Decimal(18, 12)", int64(get), name,
                (rs, i, into) -> set.accept(into, toPico(rs.getBigDecimal(i))));
    }

    public static <R, B> Column<R, B> texts(String name, Function<R, List<ByteString>> get,
                                            BiConsumer<B, List<String>> set) {
        return new Column<>(name, "Array(String)", (rows, out) -> {
            offsets(rows, row -> get.apply(row).size(), out);
            for (R row : rows) {
                get.apply(row).forEach(out::string);
            }
        }, name, (rs, i, into) -> set.accept(into, list(rs, i, String.class)));
    }

    public static <R, B> Column<R, B> nanosList(String name, Function<R, List<Long>> get,
                                                BiConsumer<B, List<Long>> set) {
        return new Column<>(name, "Array(DateTime64(9, 'UTC'))", (rows, out) -> {
            offsets(rows, row -> get.apply(row).size(), out);
            for (R row : rows) {
                get.apply(row).forEach(out::int64);
            }
        }, "arrayMap(t -> toUnixTimestamp64Nano(t), " + name + ")",
                (rs, i, into) -> set.accept(into, list(rs, i, Number.class).stream().map(Number::longValue).toList()));
    }

    public static <R, B> Column<R, B> idList(String name, int width, Function<R, List<ByteString>> get,
                                             BiConsumer<B, List<ByteString>> set) {
        return new Column<>(name, "Array(FixedString(" + width + "))", (rows, out) -> {
            offsets(rows, row -> get.apply(row).size(), out);
            for (R row : rows) {
                get.apply(row).forEach(id -> out.fixed(id, width));
            }
        }, "arrayMap(i -> hex(i), " + name + ")", (rs, i, into) -> set.accept(into,
                list(rs, i, String.class).stream().map(Column::idFromHex).toList()));
    }

    public static <R, B> Column<R, B> textMap(String name, Function<R, Map<String, String>> get,
                                              BiConsumer<B, Map<String, String>> set) {
        return new Column<>(name, "Map(String, String)",
                (rows, out) -> textMaps(rows.stream().map(get).toList(), out),
                name, (rs, i, into) -> set.accept(into, map(rs.getObject(i), String.class)));
    }

    public static <R, B> Column<R, B> textMapList(String name, Function<R, List<Map<String, String>>> get,
                                                  BiConsumer<B, List<Map<String, String>>> set) {
        return new Column<>(name, "Array(Map(String, String))", (rows, out) -> {
            offsets(rows, row -> get.apply(row).size(), out);
            List<Map<String, String>> all = new ArrayList<>();
            rows.forEach(row -> all.addAll(get.apply(row)));
            textMaps(all, out);
        }, name, (rs, i, into) -> set.accept(into,
                list(rs, i, Object.class).stream().map(m -> map(m, String.class)).toList()));
    }

    public static <R, B> Column<R, B> countMap(String name, Function<R, Map<String, Long>> get,
                                               BiConsumer<B, Map<String, Long>> set) {
        return new Column<>(name, "Map(String, UInt64)", numberMap(get), name, (rs, i, into) -> {
            Map<String, Long> values = new LinkedHashMap<>();
            map(rs.getObject(i), Number.class).forEach((k, v) -> values.put(k, v.longValue()));
            set.accept(into, values);
        });
    }

    /** Nanoseconds since 1970 by a small number. */
    public static <R, B> Column<R, B> clockMap(String name, Function<R, Map<Integer, Long>> get,
                                               BiConsumer<B, Map<Integer, Long>> set) {
        return new Column<>(name, "Map(UInt8, Int64)", (rows, out) -> {
            offsets(rows, row -> get.apply(row).size(), out);
            rows.forEach(row -> get.apply(row).keySet().forEach(out::int8));
            rows.forEach(row -> get.apply(row).values().forEach(out::int64));
        }, name, (rs, i, into) -> {
            Map<Integer, Long> values = new LinkedHashMap<>();
            ((Map<?, ?>) rs.getObject(i)).forEach((key, value) ->
                    values.put(((Number) key).intValue(), ((Number) value).longValue()));
            set.accept(into, values);
        });
    }

    /** Nanoseconds since 1970 by text. */
    public static <R, B> Column<R, B> textClockMap(String name, Function<R, Map<String, Long>> get,
                                                   BiConsumer<B, Map<String, Long>> set) {
        return new Column<>(name, "Map(String, Int64)", numberMap(get), name, (rs, i, into) -> {
            Map<String, Long> values = new LinkedHashMap<>();
            map(rs.getObject(i), Number.class).forEach((key, value) -> values.put(key, value.longValue()));
            set.accept(into, values);
        });
    }

    public static <R, B> Column<R, B> picoUsdMap(String name, Function<R, Map<String, Long>> get,
                                                 BiConsumer<B, Map<String, Long>> set) {
        return new Column<>(name, "Map(String, Decimal(18, 12))", numberMap(get), name, (rs, i, into) -> {
            Map<String, Long> values = new LinkedHashMap<>();
            map(rs.getObject(i), BigDecimal.class).forEach((k, v) -> values.put(k, toPico(v)));
            set.accept(into, values);
        });
    }

    /** Decimal dollars as 1e-12 dollars. */
    public static long toPico(BigDecimal usd) {
        return usd.multiply(PICO).longValueExact();
    }

    /** An id of zeros stands for none. */
    public static ByteString idFromHex(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        for (byte b : bytes) {
            if (b != 0) {
                return ByteString.copyFrom(bytes);
            }
        }
        return ByteString.EMPTY;
    }

    private static <R> Encoder<R> int64(ToLongFunction<R> get) {
        return (rows, out) -> {
            for (R row : rows) {
                out.int64(get.applyAsLong(row));
            }
        };
    }

    private static <R> Encoder<R> numberMap(Function<R, Map<String, Long>> get) {
        return (rows, out) -> {
            offsets(rows, row -> get.apply(row).size(), out);
            // Keys of all rows come before values of all rows; protobuf's maps are slow to go through, so once is enough,
            // and by forEach: an iterator's entries are each wrapped twice.
            List<Long> values = new ArrayList<>();
            for (R row : rows) {
                get.apply(row).forEach((key, value) -> {
                    out.string(key);
                    values.add(value);
                });
            }
            values.forEach(out::int64);
        };
    }

    private static void textMaps(List<Map<String, String>> maps, NativeBytes out) {
        offsets(maps, Map::size, out);
        List<String> values = new ArrayList<>();
        for (Map<String, String> map : maps) {
            map.forEach((key, value) -> {
                out.string(key);
                values.add(value);
            });
        }
        values.forEach(out::string);
    }

    private static <T> void offsets(List<T> rows, ToIntFunction<T> size, NativeBytes out) {
        long end = 0;
        for (T row : rows) {
            end += size.applyAsInt(row);
            out.int64(end);
        }
    }

    private static <T> List<T> list(ResultSet rs, int index, Class<T> element) throws SQLException {
        Object[] values = (Object[]) rs.getArray(index).getArray();
        List<T> result = new ArrayList<>(values.length);
        for (Object value : values) {
            result.add(element.cast(value));
        }
        return result;
    }

    private static <V> Map<String, V> map(Object value, Class<V> type) {
        Map<String, V> result = new LinkedHashMap<>();
        ((Map<?, ?>) value).forEach((k, v) -> result.put((String) k, type.cast(v)));
        return result;
    }
}
