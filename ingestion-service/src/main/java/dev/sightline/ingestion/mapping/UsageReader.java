package dev.sightline.ingestion.mapping;

import dev.sightline.base.price.Usage;
import dev.sightline.base.price.UsageKind;
import io.opentelemetry.proto.common.v1.AnyValue;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads what a span says it consumed and takes apart what overlaps. Providers disagree on whether the input includes
 * what came from the cache and whether the output includes reasoning; the rules, in order, are:
 * a part larger than its whole cannot be inside it; a reported total shows which parts it counts; what the AI SDK
 * passes on from Anthropic and Bedrock excludes the cache; Bedrock's own names exclude the cache and Gemini's exclude
 * the thoughts; Langfuse's usage details are separate buckets; everything else follows the GenAI conventions, by which
 * the input includes the cache and the output the reasoning. docs/usage-and-cost.md has an example of each.
 */
public final class UsageReader {
    /** More than any real call; what is larger is a mistake of the sender and is ignored. */
    private static final long UNITS_MAX = 1_000_000_000_000_000L;
    private static final int KINDS_MAX = 64;
    private static final long NONE = -1;
    /** The usage object of Langfuse's older clients holds dollars beside the units. */
    private static final Set<String> COSTS = Set.of("inputCost", "outputCost", "totalCost");
    /** The AI SDK repeats its usage under its own names, ADK in its response: they fill gaps, they never win. */
    private static final int COPY_RANK = 100;
    private static final Set<UsageKind> INPUT_PARTS = EnumSet.of(UsageKind.CACHED, UsageKind.CACHED_AUDIO,
            UsageKind.CACHE_CREATION_5M, UsageKind.CACHE_CREATION_1H, UsageKind.CACHE_CREATION, UsageKind.INPUT_AUDIO,
            UsageKind.INPUT_IMAGE, UsageKind.INPUT_VIDEO);
    private static final Set<UsageKind> OUTPUT_PARTS = EnumSet.of(UsageKind.REASONING, UsageKind.REJECTED_PREDICTION,
            UsageKind.ACCEPTED_PREDICTION, UsageKind.OUTPUT_AUDIO, UsageKind.OUTPUT_IMAGE, UsageKind.OUTPUT_VIDEO);
    /** The parts that some providers count beside the whole. All others are always inside, except among buckets. */
    private static final Set<UsageKind> CACHE = EnumSet.of(UsageKind.CACHED, UsageKind.CACHED_AUDIO,
            UsageKind.CACHE_CREATION_5M, UsageKind.CACHE_CREATION_1H, UsageKind.CACHE_CREATION);
    private static final Set<UsageKind> THOUGHTS = EnumSet.of(UsageKind.REASONING);
    /** Bedrock's Converse API counts the cache beside the input. */
    private static final Set<String> BEDROCK_CACHE = Set.of("cacheReadInputTokens", "cacheWriteInputTokens");
    /** Gemini's API counts the thoughts beside the candidates. */
    private static final Set<String> GEMINI_OUTPUT = Set.of("candidates_token_count", "candidatesTokenCount");
    /** Gemini's API lists tokens by modality under these names. */
    private static final Map<String, String> MODALITIES = Map.of(
            "prompt_tokens_details", "input_modality_", "promptTokensDetails", "input_modality_",
            "candidates_tokens_details", "output_modality_", "candidatesTokensDetails", "output_modality_",
            "cache_tokens_details", "cached_modality_", "cacheTokensDetails", "cached_modality_");

    private final SpanAttributes attributes;
    private final long[] units = new long[UsageKind.values().length];
    private final int[] ranks = new int[units.length];
    private final Map<String, Long> others = new LinkedHashMap<>();
    private boolean any;
    private boolean overlapping;
    private boolean excludesCache;
    private boolean bedrock;
    private boolean gemini;
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
        if (details != null && add(details)) {
            attributes.take(Key.LANGFUSE_USAGE);
        }
        return any;
    }

    /** Whether all of it is understood. */
    private boolean add(String details) {
        Json.flatten(details, "", (name, value) -> {
            long number = units(value);
            overlapping |= name.equals("prompt_tokens") || name.equals("completion_tokens")
                    || name.contains("_details.") || MODALITIES.containsKey(name);
            if (number == NONE || COSTS.contains(name)) {
                modalities(name, value);
            } else if (!add(name, number, 0) && others.size() < KINDS_MAX) {
                others.put(name, number);
                any = true;
            }
        });
        // What looks like OpenAI's or Gemini's answer has parts inside wholes, those that nobody knows included.
        boolean understood = !overlapping || !others.keySet().removeIf(UsageReader::isPart);
        return any && understood;
    }

    private void family(Family family, int rank) {
        for (int i = 0; i < attributes.size(family); i++) {
            AnyValue value = attributes.member(family, i).getValue();
            long number = units(value);
            String name = attributes.memberName(family, i);
            if (number == NONE) {
                if (details(name, Json.text(value), rank)) {
                    attributes.take(family, i);
                }
            } else if (add(name, number, rank)) {
                attributes.take(family, i);
            } else if (!isPart(name) && others.size() < KINDS_MAX) {
                others.put(name, number);
                attributes.take(family, i);
                any = true;
            }
        }
    }

    /** LangSmith sends `input_token_details` and its like as one JSON object; taken where all of it is understood. */
    private boolean details(String name, String json, int rank) {
        boolean[] understood = {false, true};
        Json.flatten(json, name, (path, value) -> {
            long number = units(value);
            boolean known = number != NONE && add(path, number, rank);
            understood[0] |= known;
            understood[1] &= known;
        });
        return understood[0] && understood[1];
    }

    private void modalities(String name, String json) {
        String prefix = MODALITIES.get(name);
        List<String> elements = prefix == null ? null : Json.elements(json);
        if (elements == null) {
            return;
        }
        for (String element : elements) {
            String modality = Json.textField(element, "modality");
            String count = Json.textField(element, "tokenCount");
            count = count == null ? Json.textField(element, "token_count") : count;
            long number = count == null ? NONE : units(count);
            if (modality != null && number != NONE) {
                add(prefix + modality, number, 0);
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
        family(Family.AI_USAGE, COPY_RANK);
        Long embedded = others.remove("tokens");
        if (embedded != null) {
            add(UsageKind.INPUT, embedded, COPY_RANK);
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
            if (!name.startsWith(prefix)) {
                return;
            }
            long number = units(value);
            if (number == NONE) {
                modalities(name.substring(prefix.length()), value);
            } else {
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
            case "google.usageMetadata.toolUsePromptTokenCount" -> UsageKind.TOOL_USE;
            case "google.usageMetadata.totalTokenCount" -> UsageKind.TOTAL;
            case "openai.acceptedPredictionTokens" -> UsageKind.ACCEPTED_PREDICTION;
            case "openai.rejectedPredictionTokens" -> UsageKind.REJECTED_PREDICTION;
            case "anthropic.usage.input_tokens" -> {
                rawAnthropicInput = number;
                yield null;
            }
            default -> null;
        };
        if (kind != null) {
            add(kind, number, COPY_RANK);
        }
    }

    /** ADK reports the cached part and the total only inside the response it logs. */
    private void googleAdk() {
        String response = attributes.peekText(Key.ADK_RESPONSE);
        String usage = response == null || !response.contains("token_count")
                ? null : Json.field(response, "usage_metadata");
        if (usage != null) {
            Json.flatten(usage, "", (name, value) -> {
                long number = units(value);
                if (number != NONE) {
                    add(name, number, COPY_RANK);
                }
            });
        }
    }

    private boolean add(String name, long number, int rank) {
        UsageKind.Spelling spelling = UsageKind.of(name);
        if (spelling == null) {
            return false;
        }
        if (add(spelling.kind(), number, rank + spelling.rank())) {
            bedrock |= BEDROCK_CACHE.contains(name);
            gemini = spelling.kind() == UsageKind.OUTPUT ? GEMINI_OUTPUT.contains(name) : gemini;
        }
        return true;
    }

    /** Whether this is the count that is believed, so far. */
    private boolean add(UsageKind kind, long number, int rank) {
        int i = kind.ordinal();
        any = true;
        if (units[i] == NONE || rank < ranks[i] || units[i] == 0) {
            units[i] = number;
            ranks[i] = rank;
            return true;
        }
        return false;
    }

    private Usage resolve(boolean separateBuckets) {
        if (!any) {
            return Usage.NONE;
        }
        unfold(separateBuckets);
        long input = get(UsageKind.INPUT);
        long output = get(UsageKind.OUTPUT);
        long cache = separateBuckets ? sum(INPUT_PARTS) + get(UsageKind.INPUT_TEXT) : sum(CACHE);
        long thoughts = separateBuckets ? sum(OUTPUT_PARTS) + get(UsageKind.OUTPUT_TEXT) : sum(THOUGHTS);
        long total = units[UsageKind.TOTAL.ordinal()];

        boolean cacheBeside = excludesCache || cache > input;
        boolean thoughtsBeside = thoughts > output;
        long plain = input + output + get(UsageKind.TOOL_USE);
        // The AI SDK adds up a total of its own from what it took for all of the input.
        boolean totalIgnoresCache = excludesCache && (total == plain || total == plain + thoughts);
        long counted = plain + (cacheBeside && !totalIgnoresCache ? cache : 0) + (thoughtsBeside ? thoughts : 0);
        if (total == counted) {
            // The parts that can be inside are inside.
        } else if (!thoughtsBeside && total == counted + thoughts) {
            thoughtsBeside = true;
        } else if (!cacheBeside && total == counted + cache) {
            cacheBeside = true;
        } else if (!cacheBeside && !thoughtsBeside && total == counted + cache + thoughts) {
            cacheBeside = true;
            thoughtsBeside = true;
        } else {
            cacheBeside |= separateBuckets || bedrock;
            thoughtsBeside |= separateBuckets || gemini;
        }

        Map<String, Long> kinds = LinkedHashMap.newLinkedHashMap(8);
        long inputTokens = split(kinds, UsageKind.INPUT, UsageKind.INPUT_TEXT, INPUT_PARTS,
                !cacheBeside ? Set.of() : separateBuckets ? INPUT_PARTS : CACHE);
        inputTokens += put(kinds, UsageKind.TOOL_USE);
        long outputTokens = split(kinds, UsageKind.OUTPUT, UsageKind.OUTPUT_TEXT, OUTPUT_PARTS,
                !thoughtsBeside ? Set.of() : separateBuckets ? OUTPUT_PARTS : THOUGHTS);
        for (Map.Entry<String, Long> other : others.entrySet()) {
            kinds.put(other.getKey(), other.getValue());
            inputTokens += other.getKey().startsWith("input") ? other.getValue() : 0;
            outputTokens += other.getKey().startsWith("output") ? other.getValue() : 0;
        }
        put(kinds, UsageKind.WEB_SEARCHES);
        put(kinds, UsageKind.GROUNDING);
        return new Usage(kinds, inputTokens, outputTokens, Math.max(inputTokens + outputTokens, total));
    }

    /** Takes apart the kinds that lie within other parts: lifetimes of the cache, and audio that came from it. */
    private void unfold(boolean separateBuckets) {
        long ofKnownLifetime = get(UsageKind.CACHE_CREATION_5M) + get(UsageKind.CACHE_CREATION_1H);
        units[UsageKind.CACHE_CREATION.ordinal()] = Math.max(0, get(UsageKind.CACHE_CREATION) - ofKnownLifetime);
        long cachedAudio = separateBuckets ? 0 : get(UsageKind.CACHED_AUDIO);
        for (UsageKind kind : new UsageKind[] {UsageKind.CACHED, UsageKind.INPUT_AUDIO}) {
            if (cachedAudio > 0 && cachedAudio <= get(kind)) {
                units[kind.ordinal()] -= cachedAudio;
            }
        }
    }

    /** Puts a whole and its parts as kinds that do not overlap; answers their sum. */
    private long split(Map<String, Long> kinds, UsageKind whole, UsageKind text, Set<UsageKind> parts,
            Set<UsageKind> beside) {
        boolean reported = units[whole.ordinal()] != NONE;
        // Text is the remainder when the whole includes its parts, and one more part when it does not.
        long rest = get(whole) + (beside.equals(parts) || !reported ? get(text) : 0);
        long sum = rest;
        Map<String, Long> partsByName = LinkedHashMap.newLinkedHashMap(parts.size());
        for (UsageKind part : parts) {
            boolean inside = reported && !beside.contains(part);
            long number = inside ? Math.min(get(part), rest) : get(part);
            if (number > 0) {
                partsByName.put(part.key(), number);
                rest -= inside ? number : 0;
                sum += inside ? 0 : number;
            }
        }
        if (reported || rest > 0) {
            kinds.put(whole.key(), rest);
        }
        kinds.putAll(partsByName);
        return sum;
    }

    private long put(Map<String, Long> kinds, UsageKind kind) {
        long number = get(kind);
        if (number > 0) {
            kinds.put(kind.key(), number);
        }
        return number;
    }

    private long sum(Set<UsageKind> parts) {
        long sum = 0;
        for (UsageKind part : parts) {
            sum += get(part);
        }
        return sum;
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
