package dev.sightline.base.price;

import java.util.Map;

/**
 * What a model call consumed. The kinds do not overlap: `input` excludes what `input_cached_tokens` counts, `output`
 * excludes what `output_reasoning_tokens` counts, so that a sum over kinds never counts a token twice. Spellings are
 * those of {@link UsageKind}; kinds nobody knows keep the sender's name.
 *
 * @param kinds        units by kind, in the order reported; never negative
 * @param inputTokens  all input, cached included
 * @param outputTokens all output, reasoning included
 * @param totalTokens  the sum of both, or the reported total where that is larger
 */
public record Usage(Map<String, Long> kinds, long inputTokens, long outputTokens, long totalTokens) {
    /** Nothing was reported. */
    public static final Usage NONE = new Usage(Map.of(), 0, 0, 0);

    /** Whether nothing was reported. */
    public boolean isEmpty() {
        return kinds.isEmpty() && totalTokens == 0;
    }
}
