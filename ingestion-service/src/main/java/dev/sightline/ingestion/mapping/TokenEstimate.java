package dev.sightline.ingestion.mapping;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import dev.sightline.ingestion.price.Usage;
import dev.sightline.ingestion.price.UsageKind;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Estimates the tokens of a model call from its input and output with OpenAI's encodings: cl100k_base for the models
 * that use it, o200k_base for all others, which for models of other makers is an approximation. Messages are counted as
 * OpenAI's chat format has them: three tokens around each and three before the answer; tool definitions by their text.
 * Images, audio and files are not counted. Only the first {@link #COUNTED_CHARS_MAX} characters of a side are encoded,
 * what follows is taken to have as many tokens a character, so that the longest text costs no more than a medium one.
 * The first estimate loads the encoding, which takes half a second and then stays in memory.
 */
final class TokenEstimate {
    /** How many characters of a side are encoded. */
    static final int COUNTED_CHARS_MAX = 4_000;
    private static final int MESSAGE_TOKENS = 3;
    private static final int ANSWER_TOKENS = 3;
    private static final EncodingRegistry ENCODINGS = Encodings.newLazyEncodingRegistry();

    private TokenEstimate() {
    }

    /** {@link Usage#NONE} where the observation has neither input nor output. */
    static Usage of(Observation.Builder observation) {
        Encoding encoding = encoding(observation.getModel());
        Map<String, Long> kinds = new LinkedHashMap<>();
        ChatText read = new ChatText(COUNTED_CHARS_MAX);
        read.add(observation.getInput());
        long input = tokens(encoding, read) + (long) MESSAGE_TOKENS * read.messages();
        if (input > 0 && observation.getType() == ObservationType.GENERATION) {
            input += (read.messages() > 0 ? ANSWER_TOKENS : 0) + tokens(encoding, observation.getToolDefinitions());
        }
        if (input > 0) {
            kinds.put(UsageKind.INPUT.key(), input);
        }
        long output = 0;
        // What an embedding answers are numbers, which nobody counts.
        if (observation.getType() == ObservationType.GENERATION) {
            ChatText written = new ChatText(COUNTED_CHARS_MAX);
            written.add(observation.getOutput());
            output = tokens(encoding, written);
            if (output > 0) {
                kinds.put(UsageKind.OUTPUT.key(), output);
            }
        }
        return kinds.isEmpty() ? Usage.NONE : new Usage(kinds, input, output, input + output);
    }

    private static long tokens(Encoding encoding, ChatText text) {
        return scaled(count(encoding, text.counted()), text.counted().length(), text.chars());
    }

    private static long tokens(Encoding encoding, String text) {
        String counted = text.substring(0, Math.min(text.length(), COUNTED_CHARS_MAX));
        return scaled(count(encoding, counted), counted.length(), text.length());
    }

    /** Text that reads like one of the encoding's control tokens is what it is: text. */
    private static long count(Encoding encoding, String text) {
        return encoding.countTokensOrdinary(text);
    }

    private static long scaled(long tokens, long countedChars, long chars) {
        return countedChars == 0 ? 0 : Math.ceilDiv(tokens * chars, countedChars);
    }

    private static Encoding encoding(String model) {
        String name = model.substring(model.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        boolean old = name.startsWith("gpt-4") && !name.startsWith("gpt-4o") && !name.startsWith("gpt-4.")
                || name.startsWith("gpt-3.5") || name.startsWith("gpt-35") || name.startsWith("text-embedding-");
        return ENCODINGS.getEncoding(old ? EncodingType.CL100K_BASE : EncodingType.O200K_BASE);
    }
}
