package dev.sightline.detectors;

import java.util.Locale;
import org.apache.commons.validator.routines.IBANValidator;

/** International bank account numbers, as one word or in groups: country, length, form and check digits must fit. */
final class Ibans {
    private static final IBANValidator LIBRARY = IBANValidator.getInstance();

    private Ibans() {
    }

    /** Looks at the two letters from start, which digits follow; answers where the number ends, or -1. */
    static int endOf(String text, int start) {
        IBANValidator.Validator country = LIBRARY.getValidator(text.substring(start, start + 2).toUpperCase(Locale.ROOT));
        if (country == null) {
            return -1;
        }
        // Several lengths only where a country has several formats.
        int length = country.getIbanLength();
        StringBuilder number = new StringBuilder(length);
        int i = start;
        while (i < text.length() && number.length() < length) {
            char c = text.charAt(i);
            if (Chars.isDigit(c) || Chars.isAsciiLetter(c)) {
                number.append(c);
            } else if (!(c == ' ' || c == '-') || number.length() % 2 != 0 || text.charAt(i - 1) == c) {
                return -1;
            }
            i++;
        }
        if (number.length() < length || Chars.isWordAt(text, i)) {
            return -1;
        }
        return LIBRARY.isValid(number.toString().toUpperCase(Locale.ROOT)) ? i : -1;
    }
}
