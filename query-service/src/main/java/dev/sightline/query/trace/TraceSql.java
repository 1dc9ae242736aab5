package dev.sightline.query.trace;

/**
 * What a trace is, in SQL over the rows of `observations` that share a trace id (grouped by it): also while its root
 * has not arrived. Every query that speaks of a trace takes its expressions from here.
 */
public final class TraceSql {
    /** A root comes first, then the earliest: the order in which rows are asked for what only some of them carry. */
    private static final String ROOT_FIRST = "(parent_span_id != toFixedString('', 8), start_time, span_id)";
    /**
     * An agent's span repeats the usage of the calls below it, so where a trace has calls with usage, agents are left
     * out of sums; where it has none, what the agent reports is all there is.
     */
    private static final String CALLS_REPORT =
            "countIf(type IN ('generation', 'embedding') AND (total_tokens > 0 OR total_cost != 0)) > 0";

    public static final String START = "min(start_time)";
    public static final String END = "greatest(max(end_time), max(start_time))";
    public static final String LEVEL = "max(level)";
    public static final String NAME = "if(" + carried("trace_name") + " != '', " + carried("trace_name")
            + ", argMin(name, " + ROOT_FIRST + "))";
    public static final String USER_ID = carried("user_id");
    public static final String SESSION_ID = carried("session_id");
    public static final String ENVIRONMENT = carried("environment");
    public static final String RELEASE = carried("release");
    public static final String VERSION = carried("version");
    static final int TAGS_MAX = 100;
    public static final String TAGS = "arraySort(groupUniqArrayArray(" + TAGS_MAX + ")(tags))";
    static final int MODELS_MAX = 20;
    public static final String MODELS = "arraySort(groupUniqArrayIf(" + MODELS_MAX + ")(model, model != ''))";
    public static final String PUBLIC = "max(public)";
    public static final String INPUT_TOKENS = total("input_tokens");
    public static final String OUTPUT_TOKENS = total("output_tokens");
    public static final String TOTAL_TOKENS = total("total_tokens");
    public static final String TOTAL_COST = total("total_cost");
    /** Some of the tokens are estimated; an agent's never are. */
    public static final String USAGE_ESTIMATED = "max(usage_estimated)";
    /** The observation whose input and output are the trace's: its root, else its earliest. */
    public static final String ROOT_SPAN_ID = "argMin(span_id, " + ROOT_FIRST + ")";

    /** What the sender calls metadata, of that observation. */
    public static final String ROOT_METADATA = "argMin(metadata, " + ROOT_FIRST + ")";

    private TraceSql() {
    }

    private static String carried(String column) {
        return "argMinIf(" + column + ", " + ROOT_FIRST + ", " + column + " != '')";
    }

    private static String total(String column) {
        return "if(" + CALLS_REPORT + ", sumIf(" + column + ", type != 'agent'), sum(" + column + "))";
    }
}
