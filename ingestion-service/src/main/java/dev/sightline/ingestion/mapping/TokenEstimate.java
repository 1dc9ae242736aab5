package dev.sightline.ingestion.mapping;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import dev.sightline.base.price.Usage;
import dev.sightline.base.price.UsageKind;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Estimates the tokens of a model call from its input and output with OpenAI's encodings: o200k_base for its models
 * from gpt-4o on, cl100k_base for those before and, as an approximation, for everybody else's. Messages are counted as
 * OpenAI's chat format has them: four tokens around each and three before the answer; tool definitions by their text.
 * Images, audio and files are not counted.
 * <p>
 * Encoding is slow beside everything else that is done with a span, so its work is bounded: of one text the first
 * {@link #TEXT_CHARS_MAX} characters are encoded, of one side the first {@link #SIDE_CHARS_MAX}, and what follows is
 * taken to have as many tokens a character. ASCII text is always encoded with cl100k_base, which is four times as fast
 * and gives nearly the same count for it. The first estimate loads the encoding: half a second and 40 MiB.
 */
final class TokenEstimate {
    /** How many characters of one text are encoded. */
    static final int TEXT_CHARS_MAX = 300;
    /** How many characters of the input, of the output and of the tool definitions are encoded. */
    static final int SIDE_CHARS_MAX = 600;
    private static final int MESSAGE_TOKENS = 4;
    private static final int ANSWER_TOKENS = 3;
    private static final EncodingRegistry ENCODINGS = Encodings.newLazyEncodingRegistry();
    private static final List<String> NEWER = List.of("gpt-4o", "gpt-4.", "gpt-5", "gpt-oss", "chatgpt-4o", "o1", "o3",
            "o4");

    private TokenEstimate() {
    }

    /** {@link Usage#NONE} where the observation has neither input nor output. */
    static Usage of(Observation.Builder observation) {
        EncodingType encoding = encoding(observation.getModel());
        boolean generation = observation.getType() == ObservationType.GENERATION;
        ChatText read = ChatText.of(observation.getInput(), TEXT_CHARS_MAX, SIDE_CHARS_MAX);
        long input = tokens(encoding, read);
        if (read.messages() > 0) {
            input += (long) MESSAGE_TOKENS * read.messages() + ANSWER_TOKENS;
        }
        Map<String, Long> kinds = new LinkedHashMap<>();
        long output = 0;
        // What an embedding answers are numbers, which nobody counts.
        if (generation) {
            String tools = observation.getToolDefinitions();
            input += tokens(encoding, tools.substring(0, Math.min(tools.length(), SIDE_CHARS_MAX)), tools.length());
            output = tokens(encoding, ChatText.of(observation.getOutput(), TEXT_CHARS_MAX, SIDE_CHARS_MAX));
        }
        if (input > 0) {
            kinds.put(UsageKind.INPUT.key(), input);
        }
        if (output > 0) {
            kinds.put(UsageKind.OUTPUT.key(), output);
        }
        return kinds.isEmpty() ? Usage.NONE : new Usage(kinds, input, output, input + output);
    }

    private static long tokens(EncodingType encoding, ChatText text) {
        long tokens = 0;
        for (ChatText.Piece piece : text.pieces()) {
            tokens += tokens(encoding, piece.start(), piece.chars());
        }
        return scaled(tokens, text.charsInPieces(), text.chars());
    }

    private static long tokens(EncodingType encoding, String start, long chars) {
        boolean ascii = isAscii(start);
        EncodingType fastest = ascii ? EncodingType.CL100K_BASE : encoding;
        // Half a surrogate pair, sent so or cut so, is no text to the encoder.
        String text = ascii ? start : new String(start.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        // Text that reads like one of the encoding's control tokens is what it is: text.
        int tokens = ENCODINGS.getEncoding(fastest).countTokensOrdinary(text);
        return scaled(tokens, start.length(), chars);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static long scaled(long tokens, long countedChars, long chars) {
        return countedChars == chars ? tokens : Math.ceilDiv(tokens * chars, countedChars);
    }

    private static EncodingType encoding(String model) {
        String name = model.substring(model.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        return NEWER.stream().anyMatch(name::startsWith) ? EncodingType.O200K_BASE : EncodingType.CL100K_BASE;
    }
}
