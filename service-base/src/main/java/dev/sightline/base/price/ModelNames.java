package dev.sightline.base.price;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * Under which names a reported model may stand in the price table. Gateways, clouds and frameworks put a path, a
 * provider or a region before the provider's own name and a revision after it; a snapshot's date says nothing about
 * its price unless the table says otherwise. Sources: the model names of OpenAI, Azure, Anthropic, Amazon Bedrock,
 * Vertex AI, OpenRouter, LiteLLM, LangChain and Pydantic AI.
 */
final class ModelNames {
    /** No provider calls a model anything longer, a fine-tuned one included: what is longer is a path before a name. */
    private static final int CHARS_MAX = 120;
    /** What is done to a name, in this order; each result is a name to look for. All of it takes linear time. */
    private static final List<Step> STEPS = List.of(
            // azure/eu/gpt-4o, models/gemini-2.5-pro, publishers/google/models/…, an ARN of Bedrock
            new Step("(?s).*/(.+)"),
            // openai:gpt-4o, google_genai:gemini-2.5-pro
            new Step("[a-z][a-z0-9_-]*:([a-z].*)"),
            // claude-sonnet-4-5[1m]: a larger context window
            new Step("(.+)\\[[0-9a-z]+\\]"),
            // us.anthropic.claude-haiku-4-5-20251001-v1:0, …-v1:0:200k
            new Step("(?:[a-z-]+\\.)?anthropic\\.(claude-.+?)(?:-v[0-9]+)?(?::[0-9]+)?(?::[0-9]+k)?"),
            // claude-haiku-4-5@20251001
            new Step("(.+)@(?:default|latest)"),
            new Step("(.+)@([0-9]{8})", true),
            // claude-3.5-sonnet, claude-sonnet-4.5
            new Step("(claude-(?:[a-z]+-)?[0-9]+)\\.([0-9].*)", true),
            // gpt-5.1-2025-12-01, claude-opus-4-1-20260101: a snapshot that has no price of its own
            new Step("(.+)-(?:20[0-9]{2}-[0-9]{2}-[0-9]{2}|20[0-9]{6})"));

    /** Keeps the pattern's first group, or joins its two groups by a dash. */
    private record Step(Pattern pattern, boolean join) {
        Step(String pattern, boolean join) {
            this(Pattern.compile(pattern, Pattern.CASE_INSENSITIVE), join);
        }

        Step(String pattern) {
            this(pattern, false);
        }
    }

    private ModelNames() {
    }

    /** The reported name first, then what is left of it after each step; none of them longer than a name can be. */
    static List<String> of(String reported) {
        SequencedSet<String> names = new LinkedHashSet<>();
        String name = reported;
        names.add(name);
        for (Step step : STEPS) {
            if (name.length() > CHARS_MAX && step != STEPS.getFirst()) {
                break;
            }
            Matcher matcher = step.pattern.matcher(name);
            if (matcher.matches()) {
                name = step.join ? matcher.group(1) + '-' + matcher.group(2) : matcher.group(1);
                names.add(name);
            }
        }
        return names.stream().filter(each -> each.length() <= CHARS_MAX).toList();
    }
}
