package dev.sightline.ingestion.mapping;

import dev.sightline.ingestion.price.Usage;
import dev.sightline.ingestion.price.UsageKind;
import io.opentelemetry.proto.common.v1.AnyValue;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads what a span says it consumed and takes apart what overlaps. Providers disagree on whether the input includes
 * what came from the cache and whether the output includes reasoning; the rules, in order, are:
 * a part larger than its whole cannot be inside it; a reported total shows which parts it counts; what the AI SDK
 * passes on from Anthropic and Bedrock excludes the cache; Langfuse's usage details are separate buckets; everything
 * else follows the GenAI conventions, by which the input includes the cache and the output the reasoning.
 */
public final class UsageReader {
    /** More than any real call; what is larger is a mistake of the sender and is ignored. */
    private static final long UNITS_MAX = 1_000_000_000_000_000L;
    private static final int KINDS_MAX = 64;
    private static final long NONE = -1;
    /** The AI SDK repeats its usage under its own names: they fill gaps, they never win. */
    private static final int AI_SDK_RANK = 100;
    private static final UsageKind[] INPUT_PARTS = {UsageKind.CACHED, UsageKind.CACHED_AUDIO,
        UsageKind.CACHE_CREATION_5M, UsageKind.CACHE_CREATION_1H, UsageKind.CACHE_CREATION, UsageKind.INPUT_AUDIO,
        UsageKind.INPUT_IMAGE, UsageKind.INPUT_VIDEO};
    private static final UsageKind[] OUTPUT_PARTS = {UsageKind.REASONING, UsageKind.REJECTED_PREDICTION,
        UsageKind.ACCEPTED_PREDICTION, UsageKind.OUTPUT_AUDIO, UsageKind.OUTPUT_IMAGE};

    /** The usage object of Langfuse's older clients holds dollars beside the units. */
    private static final Set<String> COSTS = Set.of("inputCost", "outputCost", "totalCost");

    private final SpanAttributes attributes;
    private final long[] units = new long[UsageKind.values().length];
    private final int[] ranks = new int[units.length];
    private final Map<String, Long> others = new LinkedHashMap<>();
    private boolean any;
    private boolean overlapping;
    private boolean excludesCache;
    private long rawAnthropicInput = NONE;

    private UsageReader(SpanAttributes attributes) {
        this.attributes = attributes;
        Arrays.fill(units, NONE);
    }

    /** The usage of a span; takes the attributes it came from. */
    static Usage read(SpanAttributes attributes) {
        UsageReader reader = new UsageReader(attributes);
        if (reader.langfuse()) {
            return reader.resolve(!reader.overlapping);
        }
        reader.family(Family.USAGE, 0);
        reader.family(Family.TOKEN_COUNT, 0);
        reader.total();
        reader.aiSdk();
        reader.googleAdk();
        if (!reader.any) {
            reader.json(Key.MLFLOW_TOKEN_USAGE, "");
            reader.genkit();
        }
        return reader.resolve(false);
    }

    /** Langfuse's usage details, or the usage object before them: a JSON object of units by kind. */
    public static Usage details(String json) {
        UsageReader reader = new UsageReader(null);
        reader.add(json);
        return reader.resolve(!reader.overlapping);
    }

    private boolean langfuse() {
        String details = attributes.peekText(Key.LANGFUSE_USAGE);
        if (details == null) {
            return false;
        }
        add(details);
        if (any) {
            attributes.take(Key.LANGFUSE_USAGE);
        }
        return any;
    }

    private void add(String details) {
        Json.flatten(details, "", (name, value) -> {
            long number = units(value);
            if (number == NONE || COSTS.contains(name)) {
                return;
            }
            overlapping |= name.equals("prompt_tokens") || name.equals("completion_tokens")
                    || name.contains("_details.");
            if (!add(name, number, 0) && others.size() < KINDS_MAX) {
                others.put(name, number);
                any = true;
            }
        });
    }

    private void family(Family family, int rank) {
        for (int i = 0; i < attributes.size(family); i++) {
            long number = units(attributes.member(family, i).getValue());
            if (number == NONE) {
                continue;
            }
            String name = attributes.memberName(family, i);
            if (add(name, number, rank)) {
                attributes.take(family, i);
            } else if (!isPart(name) && others.size() < KINDS_MAX) {
                others.put(name, number);
                attributes.take(family, i);
                any = true;
            }
        }
    }

    /** An unknown detail of input or output would be counted twice: it stays an attribute. */
    private static boolean isPart(String name) {
        return name.indexOf('.') >= 0 || name.startsWith("input") || name.startsWith("output")
                || name.startsWith("prompt") || name.startsWith("completion");
    }

    private void total() {
        AnyValue value = attributes.peek(Key.LLM_TOTAL_TOKENS);
        long number = value == null || !any ? NONE : units(value);
        if (number != NONE) {
            add(UsageKind.TOTAL, number, 0);
            attributes.take(Key.LLM_TOTAL_TOKENS);
        }
    }

    /** The span around the model calls repeats their sum: only the calls themselves count. */
    private void aiSdk() {
        String operation = attributes.peekText(Key.AI_OPERATION_ID);
        if (operation == null || !operation.contains(".do")) {
            return;
        }
        family(Family.AI_USAGE, AI_SDK_RANK);
        Long embedded = others.remove("tokens");
        if (embedded != null) {
            add(UsageKind.INPUT, embedded, AI_SDK_RANK);
        }
        aiSdkProvider();
    }

    /** The action around the model repeats its answer, usage included. */
    private void genkit() {
        if ("model".equals(attributes.peekText(Key.GENKIT_SUBTYPE))) {
            json(Key.GENKIT_OUTPUT, "usage.");
        }
    }

    private void json(Key key, String prefix) {
        String json = attributes.peekText(key);
        if (json == null) {
            return;
        }
        Json.flatten(json, "", (name, value) -> {
            long number = name.startsWith(prefix) ? units(value) : NONE;
            if (number != NONE) {
                add(name.substring(prefix.length()), number, 0);
            }
        });
        if (any && prefix.isEmpty()) {
            attributes.take(key);
        }
    }

    /** What the AI SDK passes on unchanged from the provider's answer. */
    private void aiSdkProvider() {
        String metadata = attributes.peekText(Key.AI_RESPONSE_PROVIDER_METADATA);
        if (metadata == null) {
            return;
        }
        Json.flatten(metadata, "", (path, value) -> {
            long number = units(value);
            if (number != NONE) {
                providerUnits(path, number);
            }
        });
        long cache = Math.max(0, units[UsageKind.CACHED.ordinal()])
                + Math.max(0, units[UsageKind.CACHE_CREATION.ordinal()]);
        if (rawAnthropicInput != NONE) {
            excludesCache = rawAnthropicInput == units[UsageKind.INPUT.ordinal()];
        } else if (cache > 0 && (metadata.contains("\"anthropic\"") || metadata.contains("\"bedrock\""))) {
            excludesCache = !reportsDetails();
        }
    }

    /** The AI SDK from version 6 on reports details, and with them an input that includes the cache. */
    private boolean reportsDetails() {
        for (int i = 0; i < attributes.size(Family.AI_USAGE); i++) {
            if (attributes.memberName(Family.AI_USAGE, i).startsWith("inputTokenDetails.")) {
                return true;
            }
        }
        return false;
    }

    private void providerUnits(String path, long number) {
        UsageKind kind = switch (path) {
            case "openai.cachedPromptTokens", "azure.cachedPromptTokens", "anthropic.cacheReadInputTokens",
                    "anthropic.usage.cache_read_input_tokens", "bedrock.usage.cacheReadInputTokens",
                    "google.usageMetadata.cachedContentTokenCount" -> UsageKind.CACHED;
            case "anthropic.cacheCreationInputTokens", "anthropic.usage.cache_creation_input_tokens",
                    "bedrock.usage.cacheWriteInputTokens" -> UsageKind.CACHE_CREATION;
            case "anthropic.usage.cache_creation.ephemeral_5m_input_tokens" -> UsageKind.CACHE_CREATION_5M;
            case "anthropic.usage.cache_creation.ephemeral_1h_input_tokens" -> UsageKind.CACHE_CREATION_1H;
            case "openai.reasoningTokens", "azure.reasoningTokens", "google.usageMetadata.thoughtsTokenCount" ->
                UsageKind.REASONING;
            case "openai.acceptedPredictionTokens" -> UsageKind.ACCEPTED_PREDICTION;
            case "openai.rejectedPredictionTokens" -> UsageKind.REJECTED_PREDICTION;
            case "anthropic.usage.input_tokens" -> {
                rawAnthropicInput = number;
                yield null;
            }
            default -> null;
        };
        if (kind != null) {
            add(kind, number, AI_SDK_RANK);
        }
    }

    /** ADK reports the cached part only inside the response it logs. */
    private void googleAdk() {
        String response = attributes.peekText(Key.ADK_RESPONSE);
        if (response == null || units[UsageKind.CACHED.ordinal()] != NONE
                || !response.contains("cached_content_token_count")) {
            return;
        }
        String usage = Json.field(response, "usage_metadata");
        String cached = usage == null ? null : Json.field(usage, "cached_content_token_count");
        long number = cached == null ? NONE : units(cached);
        if (number != NONE) {
            add(UsageKind.CACHED, number, 0);
        }
    }

    private boolean add(String name, long number, int rank) {
        UsageKind.Spelling spelling = UsageKind.of(name);
        if (spelling == null) {
            return false;
        }
        add(spelling.kind(), number, rank + spelling.rank());
        return true;
    }

    private void add(UsageKind kind, long number, int rank) {
        int i = kind.ordinal();
        if (units[i] == NONE || rank < ranks[i] || units[i] == 0) {
            units[i] = number;
            ranks[i] = rank;
        }
        any = true;
    }

    private Usage resolve(boolean separateBuckets) {
        if (!any) {
            return Usage.NONE;
        }
        long input = get(UsageKind.INPUT);
        long output = get(UsageKind.OUTPUT);
        long creation = Math.max(get(UsageKind.CACHE_CREATION),
                get(UsageKind.CACHE_CREATION_5M) + get(UsageKind.CACHE_CREATION_1H));
        long cache = get(UsageKind.CACHED) + creation;
        long reasoning = get(UsageKind.REASONING);
        long total = units[UsageKind.TOTAL.ordinal()];

        boolean inputExcludes = separateBuckets || excludesCache;
        boolean outputExcludes = separateBuckets;
        if (total >= 0 && cache <= input && reasoning <= output) {
            if (total == input + output) {
                inputExcludes = excludesCache;
                outputExcludes = false;
            } else if (total == input + output + reasoning) {
                inputExcludes = false;
                outputExcludes = true;
            } else if (total == input + cache + output) {
                inputExcludes = true;
                outputExcludes = false;
            } else if (total == input + cache + output + reasoning) {
                inputExcludes = true;
                outputExcludes = true;
            }
        }
        inputExcludes |= cache > input;
        outputExcludes |= reasoning > output;

        Map<String, Long> kinds = LinkedHashMap.newLinkedHashMap(8);
        units[UsageKind.CACHE_CREATION.ordinal()] =
                creation - get(UsageKind.CACHE_CREATION_5M) - get(UsageKind.CACHE_CREATION_1H);
        long inputTokens = split(kinds, UsageKind.INPUT, UsageKind.INPUT_TEXT, INPUT_PARTS, inputExcludes);
        long outputTokens = split(kinds, UsageKind.OUTPUT, UsageKind.OUTPUT_TEXT, OUTPUT_PARTS, outputExcludes);
        for (Map.Entry<String, Long> other : others.entrySet()) {
            kinds.put(other.getKey(), other.getValue());
            inputTokens += other.getKey().startsWith("input") ? other.getValue() : 0;
            outputTokens += other.getKey().startsWith("output") ? other.getValue() : 0;
        }
        put(kinds, UsageKind.WEB_SEARCHES);
        put(kinds, UsageKind.GROUNDING);
        return new Usage(kinds, inputTokens, outputTokens, Math.max(inputTokens + outputTokens, total));
    }

    /** Puts a whole and its parts as kinds that do not overlap; answers their sum. */
    private long split(Map<String, Long> kinds, UsageKind whole, UsageKind text, UsageKind[] parts, boolean excludes) {
        boolean reported = units[whole.ordinal()] != NONE;
        // Text is the remainder when the whole includes its parts, and one more part when it does not.
        long rest = get(whole) + (excludes || !reported ? get(text) : 0);
        long sum = excludes ? rest : 0;
        Map<String, Long> partsByName = LinkedHashMap.newLinkedHashMap(parts.length);
        for (UsageKind part : parts) {
            long number = excludes || !reported ? get(part) : Math.min(get(part), rest);
            if (number > 0) {
                partsByName.put(part.key(), number);
                sum += number;
                rest -= excludes || !reported ? 0 : number;
            }
        }
        if (reported || rest > 0) {
            kinds.put(whole.key(), rest);
        }
        kinds.putAll(partsByName);
        return excludes ? sum : sum + rest;
    }

    private void put(Map<String, Long> kinds, UsageKind kind) {
        if (get(kind) > 0) {
            kinds.put(kind.key(), get(kind));
        }
    }

    private long get(UsageKind kind) {
        return Math.max(0, units[kind.ordinal()]);
    }

    private static long units(AnyValue value) {
        return switch (value.getValueCase()) {
            case INT_VALUE -> bounded(value.getIntValue());
            case DOUBLE_VALUE -> bounded(value.getDoubleValue());
            case STRING_VALUE -> units(value.getStringValue());
            default -> NONE;
        };
    }

    private static long units(String text) {
        if (text.isEmpty() || text.length() > 32 || Character.isLetter(text.charAt(0))) {
            return NONE;
        }
        try {
            return text.chars().allMatch(Character::isDigit)
                    ? bounded(Long.parseLong(text)) : bounded(Double.parseDouble(text));
        } catch (NumberFormatException _) {
            return NONE;
        }
    }

    private static long bounded(long number) {
        return number >= 0 && number <= UNITS_MAX ? number : NONE;
    }

    private static long bounded(double number) {
        return number >= 0 && number <= UNITS_MAX ? Math.round(number) : NONE;
    }
}
