package dev.sightline.benchmarks.reads;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Observations of 30 days in 100 projects, made inside ClickHouse: traces of ten steps, projects by a power law (the
 * largest has a fifth of all), users and models skewed, a system message that the calls of a trace share, content of
 * forty words out of 20,000 with a few of them frequent. Beside them, in the measured project, traces of 20 and one of
 * 10,000 observations. The same rows for the same size, but for the time they begin at.
 */
final class ReadCorpus {
    static final int PROJECTS = 100;
    static final int STEPS = 10;
    static final int SHORT_STEPS = 20;
    static final int LONG_STEPS = 10_000;
    private static final int SHORT_TRACES = 200;
    private static final int ROWS_PER_INSERT = 250_000;
    private static final long DAY_NANOS = 86_400_000_000_000L;
    private static final long DAYS = 30;
    private static final long SHORT_FIRST = 1_000_000_000_000L;
    private static final long LONG_FIRST = 2_000_000_000_000L;
    private static final List<String> TABLES = List.of("observations", "content", "messages", "scores");
    private static final String QUESTION = "concat('{\"role\":\"system\",\"content\":\"You help people of shop ', "
            + "toString(trace % 50), '. ', arrayStringConcat(arrayMap(i -> concat('q', toString(cityHash64(trace, i) % 20000)), "
            + "range(20)), ' '), '\"}')";

    private final Engine engine;
    private final String project;
    private final long nowNanos;

    /** @param project the one that is measured: the largest */
    ReadCorpus(Engine engine, String project, long nowNanos) {
        this.engine = engine;
        this.project = project;
        this.nowNanos = nowNanos;
    }

    void fill(long observations) {
        double sum = IntStream.range(0, PROJECTS).mapToDouble(ReadCorpus::weight).sum();
        double[] edge = {0};
        String edges = IntStream.range(0, PROJECTS).mapToObj(rank -> {
            edge[0] += weight(rank) / sum;
            return String.format(Locale.ROOT, "%.6f", rank == PROJECTS - 1 ? 1.1 : edge[0]);
        }).collect(Collectors.joining(", ", "[", "]"));
        String rank = "arrayFirstIndex(edge -> edge > of_projects, " + edges + ")";
        Map<String, Object> terms = terms("if(" + rank + " = 1, '" + project + "', concat('filler-', toString(" + rank + ")))",
                "intDiv(number, " + STEPS + ")", STEPS);
        terms.put("begin", nowNanos - DAYS * DAY_NANOS);
        terms.put("trace_nanos", DAYS * DAY_NANOS / (observations / STEPS));
        for (long first = 0; first < observations; first += ROWS_PER_INSERT) {
            terms.put("first", first);
            terms.put("count", Math.min(ROWS_PER_INSERT, observations - first));
            insert(terms);
        }
        single(SHORT_FIRST, SHORT_STEPS, SHORT_TRACES, nowNanos - DAY_NANOS / 12);
        single(LONG_FIRST, LONG_STEPS, 1, nowNanos - DAY_NANOS / 8);
    }

    private void single(long firstTrace, int steps, int traces, long beginNanos) {
        Map<String, Object> terms = terms("'" + project + "'", firstTrace + " + intDiv(number, " + steps + ")", steps);
        terms.put("begin", beginNanos);
        terms.put("trace_nanos", 0);
        terms.put("first", 0);
        terms.put("count", (long) steps * traces);
        insert(terms);
    }

    private static Map<String, Object> terms(String project, String trace, int steps) {
        return new TreeMap<>(Map.of("project", project, "trace", trace, "step", "number % " + steps, "steps", steps,
                "users", 5_000, "question", QUESTION));
    }

    private void insert(Map<String, Object> terms) {
        for (String table : TABLES) {
            String sql = resource(table);
            for (Map.Entry<String, Object> term : terms.entrySet()) {
                sql = sql.replace("{" + term.getKey() + "}", term.getValue().toString());
            }
            engine.run(sql);
        }
    }

    private static double weight(int rank) {
        return 1 / Math.pow(rank + 1, 1.1);
    }

    private static String resource(String table) {
        try (InputStream in = ReadCorpus.class.getResourceAsStream("/reads/" + table + ".sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
