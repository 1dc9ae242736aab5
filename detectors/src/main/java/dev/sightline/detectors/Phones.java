package dev.sightline.detectors;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;

/** What libphonenumber knows of a number. Nothing says which country a text comes from, so the largest are tried. */
final class Phones {
    private static final PhoneNumberUtil LIBRARY = PhoneNumberUtil.getInstance();
    private static final String UNKNOWN_REGION = "ZZ";
    private static final String[] REGIONS = {
        "US", "GB", "DE", "FR", "IN", "BR", "IT", "ES", "JP", "AU", "MX", "NL", "PL", "ZA", "SE", "CH", "BE", "PT",
        "AT", "CZ", "HU", "DK", "NZ", "TR", "CN",
    };

    enum Standing {
        NONE, POSSIBLE, VALID
    }

    private Phones() {
    }

    /** A number that begins with + and its country code. */
    static Standing international(String number) {
        PhoneNumber parsed = parse(number, UNKNOWN_REGION);
        if (parsed == null || !LIBRARY.isPossibleNumber(parsed)) {
            return Standing.NONE;
        }
        return LIBRARY.isValidNumber(parsed) ? Standing.VALID : Standing.POSSIBLE;
    }

    static boolean isValidIn(String number, String region) {
        PhoneNumber parsed = parse(number, region);
        return parsed != null && LIBRARY.isValidNumber(parsed);
    }

    /** Whether the number, written as at home, is given out in one of the largest countries. */
    static boolean isValidSomewhere(String number) {
        for (String region : REGIONS) {
            if (isValidIn(number, region)) {
                return true;
            }
        }
        return false;
    }

    private static PhoneNumber parse(String number, String region) {
        try {
            return LIBRARY.parse(number, region);
        } catch (NumberParseException _) {
            return null;
        }
    }
}
