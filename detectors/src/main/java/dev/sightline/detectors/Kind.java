package dev.sightline.detectors;

import java.util.Locale;

/** What the detector knows by itself. The id is the name used in settings, findings, replacements and metrics. */
public enum Kind {
    EMAIL_ADDRESS,
    PHONE_NUMBER,
    CREDIT_CARD,
    IBAN_CODE,
    US_SSN,
    IP_ADDRESS,
    SECRET;

    private final String id = name().toLowerCase(Locale.ROOT);

    public String id() {
        return id;
    }

    /** The kind with the id, or null where there is none. */
    public static Kind of(String id) {
        for (Kind kind : values()) {
            if (kind.id.equals(id)) {
                return kind;
            }
        }
        return null;
    }
}
