package dev.sightline.detectors;

/**
 * Tells quickly that a text can't hold anything: nowhere seven digits or three dots among digits close together, no at
 * sign, no colons as in addresses, no long word, and no character that may stand for another.
 */
final class Glance {
    private static final int DIGITS_MIN = 7;
    private static final int DOTS_MIN = 3;
    private static final int COLONS_MIN = 5;

    private Glance() {
    }

    static boolean isWorthALook(String text) {
        int digits = 0;
        int dots = 0;
        int colons = 0;
        int wordStart = 0;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            switch (Chars.classOf(c)) {
                case Chars.LETTER -> {
                    digits = 0;
                    dots = 0;
                }
                case Chars.DIGIT -> {
                    if (++digits >= DIGITS_MIN) {
                        return true;
                    }
                }
                case Chars.DASH -> {
                }
                case Chars.AT -> {
                    return true;
                }
                case Chars.COLON -> {
                    char next = i + 1 < length ? text.charAt(i + 1) : 0;
                    boolean hex = Chars.isHex(next) && i > 0 && Chars.isHex(text.charAt(i - 1));
                    if (next == ':' || hex && ++colons >= COLONS_MIN || i - wordStart >= Secrets.WORD_CHARS_MIN) {
                        return true;
                    }
                    wordStart = i + 1;
                    digits = 0;
                }
                case Chars.ODD -> {
                    if (c == '\\' && i + 1 < length && text.charAt(i + 1) != 'u' && text.charAt(i + 1) != '\\') {
                        if (i - wordStart >= Secrets.WORD_CHARS_MIN) {
                            return true;
                        }
                        i++; // an escape, or a backslash before what says nothing
                        wordStart = i + 1;
                        digits = 0;
                    } else if (View.isNeeded(text, i)) {
                        return true;
                    }
                }
                default -> {
                    switch (c) {
                        case '/', '+' -> {
                            continue; // words of base64 go on
                        }
                        case '.' -> {
                            if (digits > 0 && ++dots >= DOTS_MIN) {
                                return true;
                            }
                        }
                        case ' ', '(', ')' -> {
                            dots = 0;
                            colons = 0;
                        }
                        default -> {
                            digits = 0;
                            dots = 0;
                            colons = 0;
                        }
                    }
                    if (i - wordStart >= Secrets.WORD_CHARS_MIN) {
                        return true;
                    }
                    wordStart = i + 1;
                }
            }
        }
        return length - wordStart >= Secrets.WORD_CHARS_MIN;
    }
}
