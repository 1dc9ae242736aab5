package dev.sightline.query.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which functions SQL of callers may call: those in {@code sql/functions.txt} and no others. Capitals do not count. */
final class SqlFunctions {
    private static final List<String> COMBINATORS = List.of("if", "array", "map", "distinct", "ordefault", "ornull",
            "foreach", "resample", "argmin", "argmax", "state", "merge", "mergestate", "simplestate");
    private static final Set<String> AGGREGATE = new HashSet<>();
    private static final Set<String> SCALAR = new HashSet<>();

    static {
        try (InputStream file = SqlFunctions.class.getResourceAsStream("/sql/functions.txt")) {
            Set<String> section = SCALAR;
            for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                if (line.startsWith("[")) {
                    section = line.equals("[aggregate]") ? AGGREGATE : SCALAR;
                } else if (!line.startsWith("#") && !line.isBlank()) {
                    section.addAll(List.of(line.toLowerCase(Locale.ROOT).split(" ")));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SqlFunctions() {
    }

    static boolean isAllowed(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SCALAR.contains(lower) || isAggregate(lower);
    }

    /** By its plain name or with any number of combinators behind it. */
    private static boolean isAggregate(String lower) {
        return AGGREGATE.contains(lower) || COMBINATORS.stream().anyMatch(combinator -> lower.endsWith(combinator)
                && isAggregate(lower.substring(0, lower.length() - combinator.length())));
    }

    /** In lower case. */
    static Set<String> all() {
        Set<String> all = new HashSet<>(SCALAR);
        all.addAll(AGGREGATE);
        return all;
    }
}
