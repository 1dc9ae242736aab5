package dev.sightline.detectors.guard;

import java.text.Normalizer;
import java.util.Arrays;

/**
 * A text as a language model reads it, with the way back: Unicode's compatibility forms as what they stand for, accents
 * left out, lower case, characters that show nothing dropped, letters of other alphabets that look like Latin ones read
 * as those inside words that also have Latin letters, HTML's character references decoded. Text written in tag
 * characters or variation selectors, which nobody sees, is read too and remembered as hidden.
 */
final class Reading {
    private static final int TAG_FIRST = 0xE0020;
    private static final int TAG_LAST = 0xE007E;
    private static final int HIDDEN_CHARS_MIN = 4;
    private static final int REFERENCE_CHARS_MAX = 10;

    private static final String LOOKALIKES = "аaеeоoрpсcхxуyіiјjѕsԁdԛqԝwһhкkмmтtвbнhгrпnαaβbεeιiκkνvοoρpτtυuχxγyηnωw"
            + "օoսuոnհhցgքpзeчyьb";
    private static final String SMALL_CAPITALS = "ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpǫqʀrꜱsᴛtᴜuᴠvᴡwʏyᴢzɑaɡgıiɩiʟl";

    /** For each BMP character: itself folded, 0 to be dropped, or 0xFFFF when it becomes several. */
    private static final char[] FOLDED = folded();
    private static final char SEVERAL = 0xFFFF;
    private static final char[] LATIN = latin();

    char[] text;
    int[] start;
    int[] end;
    int length;
    /** Where hidden text begins and ends in the original; -1 without any. */
    int hiddenStart = -1;
    int hiddenEnd = -1;
    private int hiddenChars;

    private Reading(int capacity) {
        text = new char[capacity];
        start = new int[capacity];
        end = new int[capacity];
    }

    static Reading of(String from) {
        Reading reading = new Reading(from.length() + 16);
        reading.read(from);
        reading.unmask();
        if (reading.hiddenChars < HIDDEN_CHARS_MIN) {
            reading.hiddenStart = -1;
        }
        return reading;
    }

    /** Folds a word of the lexicon as texts are folded. */
    static String fold(String word) {
        Reading reading = new Reading(word.length() + 16);
        reading.read(word);
        return new String(reading.text, 0, reading.length);
    }

    boolean hasHidden() {
        return hiddenStart >= 0;
    }

    private void read(String from) {
        int size = from.length();
        int i = 0;
        while (i < size) {
            char c = from.charAt(i);
            if (c < 0x80) {
                if (c == '&') {
                    int next = reference(from, i);
                    if (next > i) {
                        i = next;
                        continue;
                    }
                }
                add(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c, i, i + 1);
                i++;
            } else if (Character.isHighSurrogate(c) && i + 1 < size && Character.isLowSurrogate(from.charAt(i + 1))) {
                supplementary(Character.toCodePoint(c, from.charAt(i + 1)), from, i);
                i += 2;
            } else {
                char folded = FOLDED[c];
                if (folded == SEVERAL) {
                    addAll(decomposed(c), i, i + 1);
                } else if (folded != 0) {
                    add(folded, i, i + 1);
                }
                i++;
            }
        }
    }

    private void supplementary(int codePoint, String from, int at) {
        if (codePoint >= TAG_FIRST && codePoint <= TAG_LAST) {
            char c = (char) (codePoint - 0xE0000);
            // Flags of regions are spelled in tags too, behind a black flag: a few letters, and no word.
            hidden(at, at + 2);
            add(Character.toLowerCase(c), at, at + 2);
        } else if (codePoint >= 0xE0100 && codePoint <= 0xE01EF) {
            int hiddenByte = codePoint - 0xE0100 + 16;
            if (hiddenByte >= 0x20 && hiddenByte < 0x7F) {
                hidden(at, at + 2);
                add(Character.toLowerCase((char) hiddenByte), at, at + 2);
            }
        } else if (codePoint >= 0x1F150 && codePoint <= 0x1F169) {
            add((char) ('a' + codePoint - 0x1F150), at, at + 2);
        } else if (codePoint >= 0x1F170 && codePoint <= 0x1F189) {
            add((char) ('a' + codePoint - 0x1F170), at, at + 2);
        } else if (codePoint >= 0x1D400 && codePoint <= 0x1D7FF || codePoint >= 0x1F100 && codePoint <= 0x1F14F) {
            addAll(decomposed(codePoint), at, at + 2);
        } else if (Character.getType(codePoint) != Character.FORMAT) {
            add(from.charAt(at), at, at + 1);
            add(from.charAt(at + 1), at + 1, at + 2);
        }
    }

    private void hidden(int from, int to) {
        if (hiddenStart < 0) {
            hiddenStart = from;
        }
        hiddenEnd = to;
        hiddenChars++;
    }

    /** Decodes {@code &#105;}, {@code &#x69;} and the few named ones; answers where to go on, or the same place. */
    private int reference(String from, int at) {
        int semicolon = from.indexOf(';', at, Math.min(from.length(), at + REFERENCE_CHARS_MAX));
        if (semicolon < 0) {
            return at;
        }
        int value = 0;
        if (from.charAt(at + 1) == '#') {
            boolean hex = at + 2 < semicolon && (from.charAt(at + 2) | 0x20) == 'x';
            int i = at + (hex ? 3 : 2);
            if (i >= semicolon) {
                return at;
            }
            for (; i < semicolon; i++) {
                int digit = Character.digit(from.charAt(i), hex ? 16 : 10);
                if (digit < 0 || value > Character.MAX_CODE_POINT) {
                    return at;
                }
                value = value * (hex ? 16 : 10) + digit;
            }
        } else {
            value = switch (from.substring(at + 1, semicolon)) {
                case "lt" -> '<';
                case "gt" -> '>';
                case "quot" -> '"';
                case "apos" -> '\'';
                case "amp" -> '&';
                case "nbsp" -> ' ';
                default -> 0;
            };
        }
        if (value <= 0 || value >= 0x10000 || Character.isSurrogate((char) value)) {
            return at;
        }
        char folded = value < 0x80 ? Character.toLowerCase((char) value) : FOLDED[value];
        if (folded != 0 && folded != SEVERAL) {
            add(folded, at, semicolon + 1);
        }
        return semicolon + 1;
    }

    private void addAll(String several, int from, int to) {
        for (int i = 0; i < several.length(); i++) {
            add(several.charAt(i), from, to);
        }
    }

    private void add(char c, int from, int to) {
        if (length == text.length) {
            int capacity = length * 2;
            text = Arrays.copyOf(text, capacity);
            start = Arrays.copyOf(start, capacity);
            end = Arrays.copyOf(end, capacity);
        }
        text[length] = c;
        start[length] = from;
        end[length] = to;
        length++;
    }

    /** Reads letters that only look Latin as Latin ones, in words that have Latin letters too. */
    private void unmask() {
        int wordStart = 0;
        boolean plain = false;
        boolean masked = false;
        for (int i = 0; i <= length; i++) {
            char c = i < length ? text[i] : ' ';
            if (c >= 'a' && c <= 'z') {
                plain = true;
            } else if (c >= 0x80 && LATIN[c] != 0) {
                masked = true;
            } else if (c < 0x80 || !Character.isLetter(c)) {
                if (plain && masked) {
                    for (int j = wordStart; j < i; j++) {
                        if (LATIN[text[j]] != 0) {
                            text[j] = LATIN[text[j]];
                        }
                    }
                }
                wordStart = i + 1;
                plain = false;
                masked = false;
            }
        }
    }

    private static char[] latin() {
        char[] latin = new char[0x10000];
        for (int i = 0; i < LOOKALIKES.length(); i += 2) {
            latin[LOOKALIKES.charAt(i)] = LOOKALIKES.charAt(i + 1);
        }
        return latin;
    }

    private static char[] folded() {
        char[] folded = new char[0x10000];
        for (int c = 0; c < folded.length; c++) {
            folded[c] = foldedOrSeveral((char) c);
        }
        for (int i = 0; i < SMALL_CAPITALS.length(); i += 2) {
            folded[SMALL_CAPITALS.charAt(i)] = SMALL_CAPITALS.charAt(i + 1);
        }
        return folded;
    }

    private static char foldedOrSeveral(char c) {
        int type = Character.getType(c);
        if (type == Character.FORMAT || c >= 0xFE00 && c <= 0xFE0F || isMark(c) || c == 0x034F || c == 0x180E
                || c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0 || c == 0x00AD) {
            return 0;
        }
        if (Character.isSurrogate(c)) {
            return c;
        }
        if (c == 0x2028 || c == 0x2029 || c == 0x85) {
            return '\n';
        }
        if (type == Character.SPACE_SEPARATOR) {
            return ' ';
        }
        if (c == '‘' || c == '’' || c == 'ʼ' || c == '＇' || c == '`' && c > 0x80) {
            return '\'';
        }
        if (c == '¡' || c == '¿') {
            return ' ';
        }
        String simple = decomposed(c);
        return simple.isEmpty() ? 0 : simple.length() == 1 ? simple.charAt(0) : SEVERAL;
    }

    private static boolean isMark(char c) {
        return c >= 0x0300 && c <= 0x036F || c >= 0x064B && c <= 0x0652 || c >= 0x20D0 && c <= 0x20FF;
    }

    private static String decomposed(int codePoint) {
        if (codePoint == 'ß') {
            return "ss";
        }
        if (codePoint == 'ø' || codePoint == 'Ø') {
            return "o";
        }
        if (codePoint == 'ł' || codePoint == 'Ł') {
            return "l";
        }
        String text = Character.toString(codePoint);
        boolean letters = codePoint < 0x530 || codePoint >= 0x1E00 && codePoint < 0x2000;
        String simple = Normalizer.normalize(text, letters ? Normalizer.Form.NFKD : Normalizer.Form.NFKC);
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < simple.length(); i++) {
            char c = Character.toLowerCase(simple.charAt(i));
            if (!isMark(c) && Character.getType(c) != Character.FORMAT) {
                kept.append(c);
            }
        }
        return kept.toString();
    }
}
