package dev.sightline.query.metrics;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.store.Condition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a metrics query groups by: always a text, empty where there is none.
 *
 * @param name        as the caller wrote it: the key in the answer's rows
 * @param expression  SQL of a source row of the view
 * @param rolledUp    the column of a roll-up that says the same, or empty
 * @param description in a sentence
 * @param ofTrace     of a score: what its trace says, which needs a join
 */
public record Dimension(String name, Condition expression, Optional<String> rolledUp, String description,
        boolean ofTrace) {
    static final String METADATA = "metadata.";
    private static final int METADATA_KEY_LENGTH_MAX = 200;
    private static final Map<View, Map<String, Dimension>> BY_VIEW = Map.of(
            View.OBSERVATIONS, observations(), View.TRACES, traces(), View.SCORES, scores());
    private static final Map<String, String> ALIASES = Map.of("user", "user_id", "session", "session_id", "tags", "tag",
            "prompt", "prompt_name", "agent", "agent_name", "tool", "tool_name", "service", "service_name",
            "error", "error_type", "score_name", "name");

    /** Throws INVALID_ARGUMENT naming {@code field}. */
    public static Dimension of(View view, String name, String field) {
        if (name == null) {
            throw ServiceException.invalid(field, "is missing");
        }
        if (name.startsWith(METADATA) && name.length() > METADATA.length()
                && name.length() <= METADATA.length() + METADATA_KEY_LENGTH_MAX) {
            String column = switch (view) {
                case OBSERVATIONS, SCORES -> "metadata[?]";
                case TRACES -> "trace_metadata[?]";
            };
            return new Dimension(name, Condition.of(column, name.substring(METADATA.length())), Optional.empty(), "",
                    false);
        }
        Map<String, Dimension> known = BY_VIEW.get(view);
        // A score's own name is "name"; elsewhere "score_name" is no dimension.
        String canonical = known.containsKey(name) || (name.equals("score_name") && view != View.SCORES) ? name
                : ALIASES.getOrDefault(name, name);
        Dimension dimension = known.get(canonical);
        if (dimension == null) {
            throw ServiceException.invalid(field, "'" + name + "' is no dimension of " + view.title() + "; they are "
                    + String.join(", ", known.keySet()) + " and metadata.KEY");
        }
        return new Dimension(name, dimension.expression, dimension.rolledUp, dimension.description, dimension.ofTrace);
    }

    static List<Dimension> all(View view) {
        List<Dimension> all = new ArrayList<>(BY_VIEW.get(view).values());
        all.add(new Dimension(METADATA + "KEY", Condition.of("''"), Optional.empty(),
                "A value of the metadata, by its dotted path", false));
        return all;
    }

    private static Map<String, Dimension> observations() {
        Builder d = new Builder();
        d.column("environment", "Such as production");
        d.column("type", "span, generation, event, agent, tool, chain, retriever, evaluator, embedding or guardrail");
        d.column("name", "The observation's own name");
        d.add("level", "toString(level)", "level", "DEBUG, DEFAULT, WARNING or ERROR");
        d.column("provider", "Whose model it was");
        d.column("model", "The model as the provider answered it, else as requested");
        d.column("trace_name", "The trace's name as the observation carries it");
        d.column("user_id", "The application's end user");
        d.column("session_id", "The session that groups traces");
        d.add("tag", "arrayJoin(if(empty(tags), [''], tags))", null, "A tag; who has several counts in each");
        d.column("release", "The application's release");
        d.column("version", "The version the sender gave to the step");
        d.column("service_name", "The service that sent it");
        d.column("prompt_name", "The managed prompt");
        d.add("prompt_version", "if(prompt_version = 0, '', toString(prompt_version))", "prompt_version",
                "The managed prompt's version");
        d.column("agent_name", "The agent that ran");
        d.column("tool_name", "The tool that was called");
        d.column("error_type", "The type of the error");
        d.column("finish_reason", "Why the model stopped");
        d.column("span_kind", "client, server, producer, consumer or internal");
        d.column("sdk_name", "The SDK that sent it");
        d.column("sdk_language", "The SDK's language");
        d.column("scope_name", "The instrumentation that made it");
        d.add("is_root", "if(parent_span_id = toFixedString('', 8), 'true', 'false')", null, "Has no parent");
        d.add("trace_id", "lower(hex(trace_id))", null, "The trace, in hexadecimal");
        d.add("observation_id", "lower(hex(span_id))", null, "The observation, in hexadecimal");
        d.add("parent_id", "if(parent_span_id = toFixedString('', 8), '', lower(hex(parent_span_id)))", null,
                "The observation's parent, in hexadecimal");
        d.add("experiment_name", "experiment_name", null, "The experiment");
        d.add("month", "formatDateTime(start_time, '%Y-%m')", null, "The month of the start in UTC");
        return d.dimensions;
    }

    private static Map<String, Dimension> traces() {
        Builder d = new Builder();
        d.add("environment", "trace_environment", null, "Such as production");
        d.add("name", "trace_title", null, "The trace's name");
        d.add("trace_name", "trace_title", null, "The same");
        d.add("level", "trace_level", null, "The worst level in the trace");
        d.add("user_id", "trace_user_id", null, "The application's end user");
        d.add("session_id", "trace_session_id", null, "The session that groups traces");
        d.add("tag", "arrayJoin(if(empty(trace_tags), [''], trace_tags))", null,
                "A tag; a trace with several counts in each");
        d.add("release", "trace_release", null, "The application's release");
        d.add("version", "trace_version", null, "The version the sender gave to the trace");
        d.add("model", "arrayJoin(if(empty(trace_models), [''], trace_models))", null,
                "A model that was called; a trace with several counts in each");
        d.add("service_name", "trace_service", null, "The service that sent the root");
        d.add("month", "formatDateTime(trace_start, '%Y-%m')", null, "The month of the start in UTC");
        d.add("trace_id", "lower(hex(trace_id))", null, "The trace, in hexadecimal");
        return d.dimensions;
    }

    private static Map<String, Dimension> scores() {
        Builder d = new Builder();
        d.add("name", "name", null, "The score's name");
        d.add("value", "if(string_value != '', string_value, ifNull(toString(value), ''))", null,
                "The category, true or false, or the number");
        d.add("data_type", "data_type", null, "NUMERIC, BOOLEAN, CATEGORICAL or TEXT");
        d.add("source", "source", null, "feedback, evaluator, annotation or api");
        d.add("environment", "environment", null, "Such as production");
        d.add("evaluator_name", "evaluator_name", null, "Who judged");
        d.add("evaluator_version", "evaluator_version", null, "The evaluator's version");
        d.add("model", "model", null, "The model that judged");
        d.add("config_id", "config_id", null, "The score's configuration");
        d.add("author_id", "author_user_id", null, "Who annotated");
        d.add("trace_id", "if(trace_id = toFixedString('', 16), '', lower(hex(trace_id)))", null,
                "The trace, in hexadecimal");
        d.add("observation_id", "if(span_id = toFixedString('', 8), '', lower(hex(span_id)))", null,
                "The observation, in hexadecimal");
        d.add("month", "formatDateTime(timestamp, '%Y-%m')", null, "The month in UTC");
        d.add("day", "formatDateTime(timestamp, '%Y-%m-%d')", null, "The day in UTC");
        d.ofTrace("trace_name", "trace_title", "The trace's name");
        d.ofTrace("user_id", "trace_user_id", "The trace's user");
        d.ofTrace("session_id", "if(session_id != '', session_id, trace_session_id)",
                "The session, the score's own or its trace's");
        d.ofTrace("tag", "arrayJoin(if(empty(trace_tags), [''], trace_tags))",
                "A tag of the trace; a score of a trace with several counts in each");
        d.ofTrace("release", "trace_release", "The trace's release");
        d.ofTrace("version", "trace_version", "The trace's version");
        return d.dimensions;
    }

    private static final class Builder {
        private final Map<String, Dimension> dimensions = new LinkedHashMap<>();

        void column(String name, String description) {
            add(name, name, name, description);
        }

        void add(String name, String expression, String rolledUp, String description) {
            dimensions.put(name, new Dimension(name, Condition.of(expression), Optional.ofNullable(rolledUp),
                    description, false));
        }

        void ofTrace(String name, String expression, String description) {
            dimensions.put(name, new Dimension(name, Condition.of(expression), Optional.empty(), description, true));
        }
    }
}
