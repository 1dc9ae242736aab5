package dev.sightline.query.langfuse;

import dev.sightline.base.error.ServiceException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a list ended, newest first: after this moment and, of that moment, this key. Opaque to callers; its place does
 * not move when newer rows arrive.
 */
record LangfuseCursor(long unixNano, String key) {
    private static final Pattern FORM = Pattern.compile("1:(\\d{1,19}):(.{1,500})", Pattern.DOTALL);

    String encode() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(
                ("1:" + unixNano + ":" + key).getBytes(StandardCharsets.UTF_8));
    }

    /** Throws INVALID_ARGUMENT naming {@code cursor}; {@code keys} is the form of this list's keys. */
    static LangfuseCursor decode(String text, Pattern keys) {
        return decoded(text).filter(cursor -> keys.matcher(cursor.key).matches())
                .orElseThrow(() -> ServiceException.invalid("cursor",
                        "is not the meta.cursor of an earlier page; leave it out to begin"));
    }

    private static Optional<LangfuseCursor> decoded(String text) {
        try {
            var parts = FORM.matcher(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
            return parts.matches() ? Optional.of(new LangfuseCursor(Long.parseLong(parts.group(1)), parts.group(2)))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
