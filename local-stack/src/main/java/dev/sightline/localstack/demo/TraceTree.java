package dev.sightline.localstack.demo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A trace as a tree of text: a line for each observation with latency, tokens and cost, then the scores. Made from
 * what {@code GET /api/v1/traces/{id}} answers. Colours only when asked for.
 */
final class TraceTree {
    private static final int NAME_WIDTH = 46;

    private final boolean colour;

    TraceTree(boolean colour) {
        this.colour = colour;
    }

    String render(JsonObject answer) {
        JsonObject trace = answer.getJsonObject("trace");
        StringBuilder out = new StringBuilder();
        out.append(paint(trace.getString("name"), "1")).append("  ").append(paint(trace.getString("trace_id"), "2"));
        if (text(trace, "session_id") != null) {
            out.append(paint("  session " + trace.getString("session_id"), "2"));
        }
        out.append('\n');
        Map<String, List<JsonObject>> children = new HashMap<>();
        List<JsonObject> roots = new ArrayList<>();
        List<JsonObject> observations = objects(answer.getJsonArray("observations"));
        List<String> ids = observations.stream().map(o -> o.getString("span_id")).toList();
        for (JsonObject observation : observations) {
            String parent = text(observation, "parent_span_id");
            if (parent == null || !ids.contains(parent)) {
                roots.add(observation);
            } else {
                children.computeIfAbsent(parent, _ -> new ArrayList<>()).add(observation);
            }
        }
        for (int i = 0; i < roots.size(); i++) {
            line(roots.get(i), "", i == roots.size() - 1, children, out);
        }
        out.append(String.format(Locale.ROOT, "%-" + (NAME_WIDTH + 12) + "s%s%n", "  total", numbers(trace)));
        scores(answer.getJsonArray("scores"), out);
        return out.toString();
    }

    private void line(JsonObject observation, String indent, boolean last, Map<String, List<JsonObject>> children,
                      StringBuilder out) {
        String branch = indent + (last ? "└─ " : "├─ ");
        boolean failed = "ERROR".equals(observation.getString("level"));
        String name = fit(observation.getString("name"), NAME_WIDTH - branch.length());
        out.append(paint(branch, "2")).append(failed ? paint(name, "31") : name)
                .append(" ".repeat(Math.max(1, NAME_WIDTH - branch.length() - name.length())))
                .append(paint(String.format(Locale.ROOT, "%-12s", observation.getString("type")), "36"))
                .append(numbers(observation));
        if (failed) {
            out.append("  ").append(paint(fit(text(observation, "status_message"), 80), "31"));
        }
        out.append('\n');
        List<JsonObject> below = children.getOrDefault(observation.getString("span_id"), List.of());
        for (int i = 0; i < below.size(); i++) {
            line(below.get(i), indent + (last ? "   " : "│  "), i == below.size() - 1, children, out);
        }
    }

    private String numbers(JsonObject of) {
        long input = of.getLong("input_tokens", 0L);
        long output = of.getLong("output_tokens", 0L);
        double cost = of.getDouble("total_cost", 0.0);
        return String.format(Locale.ROOT, "%9s  %16s  %11s", seconds(of.getDouble("latency_ms", 0.0)),
                input + output == 0 ? "" : input + " → " + output + " tok",
                cost == 0 ? "" : cost < 0.000001 ? "< $0.000001" : String.format(Locale.ROOT, "$%.6f", cost));
    }

    private void scores(JsonArray scores, StringBuilder out) {
        for (JsonObject score : objects(scores)) {
            String error = text(score, "error");
            String value = error != null ? "failed: " + error
                    : score.getValue("value") instanceof Number number
                    ? String.format(Locale.ROOT, "%.2f", number.doubleValue()) : text(score, "string_value");
            out.append("  ").append(paint("score", "2")).append(' ').append(score.getString("name")).append(' ')
                    .append(paint(value, error == null ? "32" : "33")).append('\n');
        }
    }

    private static List<JsonObject> objects(JsonArray array) {
        return array == null ? List.of() : array.stream().map(JsonObject.class::cast).toList();
    }

    private static String seconds(double millis) {
        return millis < 1000 ? String.format(Locale.ROOT, "%.0f ms", millis)
                : String.format(Locale.ROOT, "%.2f s", millis / 1000);
    }

    /** Null where the field is absent or empty. */
    private static String text(JsonObject of, String field) {
        String value = of.getString(field);
        return value == null || value.isEmpty() ? null : value;
    }

    private static String fit(String text, int width) {
        if (text == null) {
            return "";
        }
        return text.length() <= width ? text : text.substring(0, Math.max(1, width - 1)) + "…";
    }

    private String paint(String text, String code) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
