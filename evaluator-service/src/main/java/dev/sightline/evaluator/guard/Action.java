package dev.sightline.evaluator.guard;

import dev.sightline.base.error.ServiceException;
import java.util.Arrays;
import java.util.Locale;

/** What is done with a finding, the heavier the later. The slug stands in policies and answers. */
enum Action {
    ALLOW,
    FLAG,
    REDACT,
    BLOCK;

    private final String slug = name().toLowerCase(Locale.ROOT);

    String slug() {
        return slug;
    }

    Action heavier(Action other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** What a rule of a policy may say. Throws INVALID_ARGUMENT. */
    static Action ofRule(String field, String slug) {
        return Arrays.stream(values()).filter(action -> action != ALLOW && action.slug.equals(slug)).findFirst()
                .orElseThrow(() -> ServiceException.invalid(field, "must be flag, redact or block"));
    }
}
