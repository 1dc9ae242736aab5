package dev.sightline.evaluator.guard;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.sightline.base.error.ServiceException;
import dev.sightline.detectors.CustomPattern;
import dev.sightline.detectors.Detector;
import dev.sightline.detectors.Finding;
import dev.sightline.detectors.Kind;
import dev.sightline.detectors.guard.Addresses;
import dev.sightline.detectors.guard.InjectionDetector;
import dev.sightline.detectors.guard.PromptLeak;
import dev.sightline.detectors.guard.WordList;
import dev.sightline.proto.guard.v1.Policy;
import dev.sightline.proto.guard.v1.Rule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A policy that can run: its rules checked and made into detectors. Immutable, thread-safe.
 *
 * @param steps in the order of the rules
 */
record CompiledPolicy(Policy policy, boolean failsClosed, List<Step> steps) {
    static final String INPUT = "input";
    static final String OUTPUT = "output";
    static final String DEFAULT = "default";

    private static final int RULES_MAX = 50;
    private static final int VALUES_MAX = 1_000;
    private static final int VALUE_CHARS_MAX = 1_000;
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";
    private static final InjectionDetector INJECTION = new InjectionDetector();
    private static final Encoding TOKENS = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);

    /** Looks for one thing. */
    interface Scan {
        List<Finding> find(String text);
    }

    /**
     * One rule.
     *
     * @param inContext  whether what was retrieved is looked at too
     * @param wholeText  whether it can only be told of a whole text, not of a part of a stream
     */
    record Step(Rule rule, Action action, boolean inContext, boolean wholeText, Scan scan) {
        boolean holdsFor(String asked) {
            return rule.getDirection().isEmpty() || rule.getDirection().equals(asked);
        }
    }

    /** What holds for a project that has said nothing: injection blocks, personal data and secrets are taken out. */
    static Policy shipped() {
        return Policy.newBuilder().setName(DEFAULT).setShipped(true).setOnFailure("open")
                .setDescription("Prompt injection blocks, personal data and secrets are redacted, an answer that repeats "
                        + "the system prompt blocks, pictures from elsewhere in answers are flagged.")
                .addRules(Rule.newBuilder().setType(InjectionDetector.KIND).setDirection(INPUT).setAction("block"))
                .addRules(Rule.newBuilder().setType("personal_data").setAction("redact"))
                .addRules(Rule.newBuilder().setType(PromptLeak.KIND).setDirection(OUTPUT).setAction("block"))
                .addRules(Rule.newBuilder().setType("image_url").setDirection(OUTPUT).setAction("flag"))
                .build();
    }

    /** Throws INVALID_ARGUMENT, which names the field beneath {@code path}. */
    static CompiledPolicy of(Policy policy, String path) {
        require(policy.getName().isEmpty() || policy.getName().matches(NAME), path + "name",
                "must be 1 to 100 letters, digits, dots, dashes or underscores");
        require(policy.getEnvironment().length() <= 100, path + "environment", "must be at most 100 characters");
        require(policy.getDescription().length() <= 2_000, path + "description", "must be at most 2000 characters");
        require(Set.of("", "open", "closed").contains(policy.getOnFailure()), path + "on_failure",
                "must be open or closed");
        require(policy.getDeadlineMs() >= 0 && policy.getDeadlineMs() <= 60_000, path + "deadline_ms",
                "must be 0 to 60000");
        require(policy.getEmbeddings().getThreshold() >= 0 && policy.getEmbeddings().getThreshold() <= 1,
                path + "embeddings.threshold", "must be 0 to 1");
        require(policy.getRulesCount() <= RULES_MAX, path + "rules", "must be at most " + RULES_MAX);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < policy.getRulesCount(); i++) {
            steps.add(step(policy.getRules(i), path + "rules[" + i + "]."));
        }
        return new CompiledPolicy(policy, policy.getOnFailure().equals("closed"), List.copyOf(steps));
    }

    /** The same for a model with this system prompt. */
    CompiledPolicy with(String systemPrompt) {
        boolean matters = !systemPrompt.isEmpty()
                && steps.stream().anyMatch(step -> step.rule().getType().equals(PromptLeak.KIND));
        return !matters ? this : new CompiledPolicy(policy, failsClosed, steps.stream().map(step ->
                !step.rule().getType().equals(PromptLeak.KIND) ? step : new Step(step.rule(), step.action(),
                        step.inContext(), step.wholeText(),
                        new PromptLeak(systemPrompt, step.rule().getValuesList())::find)).toList());
    }

    private static Step step(Rule rule, String path) {
        require(Set.of("", INPUT, OUTPUT).contains(rule.getDirection()), path + "direction",
                "must be input, output, or left out for both");
        Action action = Action.ofRule(path + "action", rule.getAction());
        require(rule.getThreshold() >= 0 && rule.getThreshold() <= 1, path + "threshold", "must be 0 to 1");
        require(rule.getValuesCount() <= VALUES_MAX, path + "values", "must be at most " + VALUES_MAX);
        require(rule.getValuesList().stream().allMatch(value -> !value.isBlank() && value.length() <= VALUE_CHARS_MAX),
                path + "values", "must each have 1 to " + VALUE_CHARS_MAX + " characters");
        boolean injection = rule.getType().equals(InjectionDetector.KIND);
        boolean budget = rule.getType().equals("characters") || rule.getType().equals("tokens");
        require(!budget || action != Action.REDACT, path + "action", "must be flag or block for a budget");
        return new Step(rule, action, injection, budget, scan(rule, path));
    }

    private static Scan scan(Rule rule, String path) {
        return switch (rule.getType()) {
            case InjectionDetector.KIND -> INJECTION::find;
            case "personal_data" -> personalData(EnumSet.allOf(Kind.class));
            case PromptLeak.KIND -> new PromptLeak("", rule.getValuesList())::find;
            case "banned_words" -> bannedWords(rule, path);
            case "profanity" -> text -> WordList.profanity().find(text);
            case "unknown_url", "image_url" -> {
                Addresses addresses =
                        new Addresses(rule.getType(), rule.getValuesList(), rule.getType().equals("image_url"));
                yield addresses::find;
            }
            case "pattern" -> pattern(rule, path);
            case "characters" -> budget(rule, path, text -> text.codePointCount(0, text.length()));
            case "tokens" -> budget(rule, path, TOKENS::countTokensOrdinary);
            default -> {
                Kind kind = Kind.of(rule.getType());
                require(kind != null, path + "type", "is none that the guard knows; docs/guard.md lists them");
                yield personalData(EnumSet.of(kind));
            }
        };
    }

    private static Scan personalData(Set<Kind> kinds) {
        Detector detector = Detector.of(kinds, List.of());
        return detector::find;
    }

    private static Scan bannedWords(Rule rule, String path) {
        require(rule.getValuesCount() > 0, path + "values", "must name the words");
        require(rule.getName().matches("[a-z0-9_]{0,40}"), path + "name", "must be at most 40 of a-z, 0-9 and _");
        WordList words;
        try {
            words = WordList.of(rule.getName().isEmpty() ? "banned_words" : rule.getName(), "word-list",
                    rule.getValuesList());
        } catch (IllegalArgumentException e) {
            throw ServiceException.invalid(path + "values", e.getMessage());
        }
        return words::find;
    }

    private static Scan pattern(Rule rule, String path) {
        Detector detector;
        try {
            detector = Detector.of(Set.of(), List.of(CustomPattern.of(rule.getName(), rule.getPattern())));
        } catch (IllegalArgumentException e) {
            String message = e.getMessage();
            boolean ofName = message.startsWith("kind: ");
            throw ServiceException.invalid(path + (ofName ? "name" : "pattern"),
                    message.substring(message.indexOf(": ") + 2));
        }
        return detector::find;
    }

    private interface Measure {
        int of(String text);
    }

    private static Scan budget(Rule rule, String path, Measure measure) {
        require(rule.getMax() > 0, path + "max", "must be more than 0");
        return text -> measure.of(text) <= Integer.toUnsignedLong(rule.getMax()) ? List.of()
                : List.of(new Finding(rule.getType(), 0, text.length(), 1, "over-" + rule.getMax()));
    }

    private static void require(boolean fine, String field, String message) {
        if (!fine) {
            throw ServiceException.invalid(field, message);
        }
    }
}
