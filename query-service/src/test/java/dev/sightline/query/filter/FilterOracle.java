package dev.sightline.query.filter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.query.filter.Expression.All;
import dev.sightline.query.filter.Expression.Any;
import dev.sightline.query.filter.Expression.Between;
import dev.sightline.query.filter.Expression.Compare;
import dev.sightline.query.filter.Expression.Exact;
import dev.sightline.query.filter.Expression.Not;
import dev.sightline.query.filter.Expression.Numeric;
import dev.sightline.query.filter.Expression.OneOf;
import dev.sightline.query.filter.Expression.Order;
import dev.sightline.query.filter.Expression.Pattern;
import dev.sightline.query.filter.Expression.Present;
import dev.sightline.query.filter.Expression.Span;
import dev.sightline.query.filter.Expression.Term;
import dev.sightline.query.filter.Expression.Test;
import dev.sightline.query.filter.Expression.Text;
import dev.sightline.query.filter.Expression.Value;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a filter means, said a second time: in plain Java over observations and scores in memory. */
final class FilterOracle {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final JsonMapper ASCII = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private static final BigDecimal NANOS_PER_MILLI = new BigDecimal(1_000_000);

    private final List<Score> scores;

    FilterOracle(List<Score> scores) {
        this.scores = scores;
    }

    boolean observation(Expression expression, Observation o) {
        return switch (expression) {
            case All all -> all.parts().stream().allMatch(part -> observation(part, o));
            case Any any -> any.parts().stream().anyMatch(part -> observation(part, o));
            case Not not -> !observation(not.part(), o);
            case Text text -> says(text.text(), o);
            case Term term -> term(term, o);
        };
    }

    boolean trace(Expression expression, List<Observation> trace) {
        return switch (expression) {
            case All all -> all.parts().stream().allMatch(part -> trace(part, trace));
            case Any any -> any.parts().stream().anyMatch(part -> trace(part, trace));
            case Not not -> !trace(not.part(), trace);
            case Text text -> trace.stream().anyMatch(o -> says(text.text(), o));
            case Term term -> switch (term.field().field()) {
                case LATENCY -> number(term, BigDecimal.valueOf(
                        Math.max(max(trace, Observation::getEndUnixNano), max(trace, Observation::getStartUnixNano))
                                - min(trace)), NANOS_PER_MILLI, true);
                case START -> time(term.test(), min(trace));
                case TOKENS -> number(term, sum(trace, Observation::getTotalTokens), BigDecimal.ONE, false);
                case INPUT_TOKENS -> number(term, sum(trace, Observation::getInputTokens), BigDecimal.ONE, false);
                case OUTPUT_TOKENS -> number(term, sum(trace, Observation::getOutputTokens), BigDecimal.ONE, false);
                case COST -> number(term, sum(trace, Observation::getTotalCostPicoUsd).movePointLeft(12),
                        BigDecimal.ONE, false);
                case SCORE, EVALUATOR, SCORE_SOURCE -> scores.stream().anyMatch(score ->
                        score.getTraceId().equals(trace.getFirst().getTraceId()) && score(term, score));
                default -> trace.stream().anyMatch(o -> term(term, o));
            };
        };
    }

    private static long max(List<Observation> trace, java.util.function.ToLongFunction<Observation> get) {
        return trace.stream().mapToLong(get).max().orElseThrow();
    }

    private static long min(List<Observation> trace) {
        return trace.stream().mapToLong(Observation::getStartUnixNano).min().orElseThrow();
    }

    /** Agents are left out where a call below them reports usage. */
    private static BigDecimal sum(List<Observation> trace, java.util.function.ToLongFunction<Observation> get) {
        boolean callsReport = trace.stream().anyMatch(o -> Set.of(ObservationType.GENERATION, ObservationType.EMBEDDING)
                .contains(o.getType()) && (o.getTotalTokens() > 0 || o.getTotalCostPicoUsd() != 0));
        return BigDecimal.valueOf(trace.stream()
                .filter(o -> !callsReport || o.getType() != ObservationType.AGENT).mapToLong(get).sum());
    }

    private boolean term(Term term, Observation o) {
        Test test = term.test();
        String key = term.field().key();
        return switch (term.field().field()) {
            case TRACE_ID -> id(test, o.getTraceId(), ExternalIds::traceId);
            case OBSERVATION_ID -> id(test, o.getSpanId(), ExternalIds::observationId);
            case PARENT_ID -> id(test, o.getParentSpanId(), ExternalIds::observationId);
            case NAME -> texts(test, o.getName(), o.getTraceName());
            case TRACE_NAME -> texts(test, !o.getTraceName().isEmpty() ? o.getTraceName()
                    : o.getParentSpanId().isEmpty() ? o.getName() : "");
            case OBSERVATION_NAME -> texts(test, o.getName());
            case TYPE -> texts(test, o.getType().name().toLowerCase(Locale.ROOT));
            case LEVEL -> texts(test, o.getLevel().name());
            case STATUS_MESSAGE -> texts(test, o.getStatusMessage());
            case MODEL -> texts(test, o.getModel());
            case PROVIDER -> texts(test, o.getProvider());
            case USER -> texts(test, o.getUserId());
            case SESSION -> texts(test, o.getSessionId());
            case ENVIRONMENT -> texts(test, o.getEnvironment());
            case RELEASE -> texts(test, o.getRelease());
            case VERSION -> texts(test, o.getVersion());
            case TAG -> texts(test, o.getTagsList().toArray(String[]::new));
            case SERVICE -> texts(test, o.getServiceName());
            case TOOL -> texts(test, o.getToolName());
            case AGENT -> texts(test, o.getAgentName());
            case PROMPT -> texts(test, o.getPromptName());
            case PROMPT_VERSION -> number(term, BigDecimal.valueOf(o.getPromptVersion()), BigDecimal.ONE, false);
            case ERROR -> texts(test, o.getErrorType());
            case FINISH_REASON -> texts(test, o.getFinishReason());
            case EXPERIMENT -> texts(test, o.getExperimentId(), o.getExperimentName());
            case DATASET -> texts(test, o.getExperimentDatasetId());
            case ROOT -> flag(test, o.getParentSpanId().isEmpty());
            case PUBLIC -> flag(test, o.getPublic());
            case LATENCY -> o.getEndUnixNano() > 0 && number(term,
                    BigDecimal.valueOf(o.getEndUnixNano() - o.getStartUnixNano()), NANOS_PER_MILLI, true);
            case TIME_TO_FIRST_TOKEN -> o.getCompletionStartUnixNano() > 0 && number(term,
                    BigDecimal.valueOf(o.getCompletionStartUnixNano() - o.getStartUnixNano()), NANOS_PER_MILLI, true);
            case TOKENS -> number(term, BigDecimal.valueOf(o.getTotalTokens()), BigDecimal.ONE, false);
            case INPUT_TOKENS -> number(term, BigDecimal.valueOf(o.getInputTokens()), BigDecimal.ONE, false);
            case OUTPUT_TOKENS -> number(term, BigDecimal.valueOf(o.getOutputTokens()), BigDecimal.ONE, false);
            case COST -> number(term, BigDecimal.valueOf(o.getTotalCostPicoUsd(), 12), BigDecimal.ONE, false);
            case START -> time(test, o.getStartUnixNano());
            case METADATA -> keyed(term, o.getMetadataMap().get(key));
            case ATTRIBUTE -> keyed(term, o.getAttributesMap().get(key));
            case RESOURCE -> keyed(term, o.getResourceAttributesMap().get(key));
            case SCORE, EVALUATOR, SCORE_SOURCE -> scores.stream().anyMatch(score ->
                    score.getTraceId().equals(o.getTraceId())
                            && (score.getSpanId().isEmpty() || score.getSpanId().equals(o.getSpanId()))
                            && score(term, score));
            case INPUT -> content(test, o.getInput());
            case OUTPUT -> content(test, o.getOutput());
        };
    }

    private static boolean score(Term term, Score score) {
        return switch (term.field().field()) {
            case EVALUATOR -> texts(term.test(), score.getEvaluatorName());
            case SCORE_SOURCE -> texts(term.test(), score.getSource().name().toLowerCase(Locale.ROOT));
            default -> score.getName().equals(term.field().key()) && switch (term.test()) {
                case Present _ -> true;
                case OneOf oneOf -> oneOf.values().stream().anyMatch(value -> text(value, score.getStringValue())
                        || score.hasValue() && value instanceof Exact(String text)
                        && Values.decimal(text).map(number -> number.doubleValue() == score.getValue()).orElse(false));
                case Compare _, Between _ -> score.hasValue()
                        && number(term, BigDecimal.valueOf(score.getValue()), BigDecimal.ONE, false);
            };
        };
    }

    private static boolean texts(Test test, String... texts) {
        return Stream.of(texts).filter(text -> !text.isEmpty()).anyMatch(text -> switch (test) {
            case Present _ -> true;
            case OneOf oneOf -> oneOf.values().stream().anyMatch(value -> text(value, text));
            case Compare _, Between _ -> throw new IllegalStateException();
        });
    }

    private static boolean text(Value value, String text) {
        return switch (value) {
            case Exact(String exact) -> exact.equals(text);
            case Pattern pattern -> text.matches(pattern.parts().stream()
                    .map(java.util.regex.Pattern::quote).collect(Collectors.joining(".*", "(?s)", "")));
            case Numeric _, Span _ -> throw new IllegalStateException();
        };
    }

    private static boolean id(Test test, ByteString id, java.util.function.Function<String, ByteString> of) {
        return !id.isEmpty() && switch (test) {
            case Present _ -> true;
            case OneOf oneOf -> oneOf.values().stream().anyMatch(value -> switch (value) {
                case Exact(String text) -> of.apply(text).equals(id);
                case Pattern(List<String> parts) -> text(new Pattern(parts.stream().map(String::toLowerCase).toList()),
                        HexFormat.of().formatHex(id.toByteArray()));
                case Numeric _, Span _ -> throw new IllegalStateException();
            });
            case Compare _, Between _ -> throw new IllegalStateException();
        };
    }

    private static boolean flag(Test test, boolean is) {
        return switch (test) {
            case OneOf oneOf -> oneOf.values().stream().anyMatch(value -> value.equals(new Exact(String.valueOf(is))));
            case Present _, Compare _, Between _ -> is;
        };
    }

    private static boolean keyed(Term term, String value) {
        if (value == null) {
            return false;
        }
        return switch (term.test()) {
            case Present _ -> true;
            case OneOf oneOf -> oneOf.values().stream().anyMatch(wanted -> text(wanted, value));
            case Compare _, Between _ -> Values.decimal(value)
                    .map(number -> number(term, number, BigDecimal.ONE, true)).orElse(false);
        };
    }

    private static boolean number(Term term, BigDecimal number, BigDecimal unit, boolean presentIsTrue) {
        Predicate<Compare> holds = compare -> {
            int sign = number.compareTo(((Numeric) compare.value()).number().multiply(unit));
            return switch (compare.order()) {
                case LESS -> sign < 0;
                case AT_MOST -> sign <= 0;
                case MORE -> sign > 0;
                case AT_LEAST -> sign >= 0;
            };
        };
        return switch (term.test()) {
            case Present _ -> presentIsTrue || number.signum() != 0;
            case OneOf oneOf -> oneOf.values().stream().anyMatch(value ->
                    number.compareTo(((Numeric) value).number().multiply(unit)) == 0);
            case Compare compare -> holds.test(compare);
            case Between between -> holds.test(new Compare(Order.AT_LEAST, between.from()))
                    && holds.test(new Compare(Order.AT_MOST, between.to()));
        };
    }

    private static boolean time(Test test, long unixNano) {
        Instant time = Instant.ofEpochSecond(0, unixNano);
        return switch (test) {
            case Present _ -> true;
            case OneOf oneOf -> oneOf.values().stream().anyMatch(value -> value instanceof Span(Instant from, Instant end)
                    && !time.isBefore(from) && time.isBefore(end));
            case Compare(Order order, Value value) -> {
                Span span = (Span) value;
                yield switch (order) {
                    case LESS -> time.isBefore(span.from());
                    case AT_MOST -> time.isBefore(span.end());
                    case MORE -> !time.isBefore(span.end());
                    case AT_LEAST -> !time.isBefore(span.from());
                };
            }
            case Between(Value from, Value to) -> !time.isBefore(((Span) from).from())
                    && time.isBefore(((Span) to).end());
        };
    }

    private static boolean content(Test test, String content) {
        return !content.isEmpty() && switch (test) {
            case Present _ -> true;
            case OneOf oneOf -> oneOf.values().stream().anyMatch(value -> contains(content, ((Exact) value).text()));
            case Compare _, Between _ -> throw new IllegalStateException();
        };
    }

    private static boolean says(String text, Observation o) {
        return Stream.of(o.getName(), o.getTraceName(), o.getStatusMessage(), o.getUserId(), o.getSessionId())
                        .anyMatch(said -> contains(said, text))
                || o.getMetadataMap().values().stream().anyMatch(said -> contains(said, text))
                || Stream.of(o.getInput(), o.getOutput(), o.getToolDefinitions()).anyMatch(said -> contains(said, text))
                || text.matches("[0-9a-fA-F]{8,}") && HexFormat.of().formatHex(o.getTraceId().toByteArray())
                        .startsWith(text.toLowerCase(Locale.ROOT));
    }

    /** As it is, or as JSON may spell it. */
    private static boolean contains(String said, String text) {
        String lower = said.toLowerCase(Locale.ROOT);
        return Stream.of(text, json(JSON, text), json(ASCII, text))
                .anyMatch(spelling -> lower.contains(spelling.toLowerCase(Locale.ROOT)));
    }

    private static String json(JsonMapper mapper, String text) {
        try {
            String quoted = mapper.writeValueAsString(text);
            return quoted.substring(1, quoted.length() - 1);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
