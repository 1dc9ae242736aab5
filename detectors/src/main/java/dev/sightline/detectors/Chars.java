package dev.sightline.detectors;

/** What a character means to the scanners, by table. */
final class Chars {
    static final byte OTHER = 0;
    /** ASCII letter or underscore. */
    static final byte LETTER = 1;
    static final byte DIGIT = 2;
    static final byte DASH = 3;
    static final byte AT = 4;
    static final byte COLON = 5;
    /** Stands for another character or for none: the text has to be normalised before it is scanned. */
    static final byte ODD = 6;

    /** The first half of mathematical digits, and the second half of the first of them: five sets of ten. */
    static final char MATHEMATICAL = 0xD835;
    static final char MATHEMATICAL_ZERO = 0xDFCE;

    private static final byte[] CLASSES = classes();
    private static final int FULL_WIDTH_OFFSET = 0xFEE0;
    /** From here on writing systems that put no space between words: their letters end a word of ours. */
    private static final char UNSPACED = 0x2E80;

    private Chars() {
    }

    private static byte[] classes() {
        byte[] classes = new byte[0x10000];
        for (int c = 0; c < classes.length; c++) {
            if (normal((char) c) != c) {
                classes[c] = ODD;
            }
        }
        for (char c = 'a'; c <= 'z'; c++) {
            classes[c] = LETTER;
            classes[c - 'a' + 'A'] = LETTER;
        }
        for (char c = '0'; c <= '9'; c++) {
            classes[c] = DIGIT;
        }
        classes['_'] = LETTER;
        classes['-'] = DASH;
        classes['@'] = AT;
        classes[':'] = COLON;
        classes['\\'] = ODD;
        classes['%'] = ODD;
        classes[MATHEMATICAL] = ODD;
        return classes;
    }

    static byte classOf(char c) {
        return CLASSES[c];
    }

    /**
     * The character that stands for this one when personal data is looked for: ASCII for digits of any script,
     * full-width forms, hyphens and spaces; 0 for characters that show nothing.
     */
    static char normal(char c) {
        if (c < 0x80) {
            return c;
        }
        if (c >= 0xFF01 && c <= 0xFF5E) {
            return (char) (c - FULL_WIDTH_OFFSET);
        }
        if (isInvisible(c)) {
            return 0;
        }
        if (c == 0x2028 || c == 0x2029 || c == 0x85) {
            return '\n';
        }
        if (Character.getType(c) == Character.SPACE_SEPARATOR) {
            return ' ';
        }
        if (c >= 0x2010 && c <= 0x2015 || c == 0x2212 || c == 0xFE63) {
            return '-';
        }
        int digit = Character.digit(c, 10);
        return digit >= 0 ? (char) ('0' + digit) : c;
    }

    private static boolean isInvisible(char c) {
        return Character.getType(c) == Character.FORMAT || c >= 0xFE00 && c <= 0xFE0F || c == 0x20E3 || c == 0x034F
                || c == 0x180E;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isAsciiLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    static boolean isHex(char c) {
        return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    /** A letter, digit or underscore of a word: what stands beside a number and makes it part of a name. */
    static boolean isWord(char c) {
        if (c < 0x80) {
            return CLASSES[c] == LETTER || CLASSES[c] == DIGIT;
        }
        return c < UNSPACED && Character.isLetterOrDigit(c);
    }

    static boolean isWordAt(String text, int i) {
        return i >= 0 && i < text.length() && isWord(text.charAt(i));
    }

    static boolean isDigitAt(String text, int i) {
        return i >= 0 && i < text.length() && isDigit(text.charAt(i));
    }
}
