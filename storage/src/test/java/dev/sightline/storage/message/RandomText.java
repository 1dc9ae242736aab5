package dev.sightline.storage.message;

import java.util.Random;

/** Texts that a splitter could get wrong: JSON of any shape and spacing, JSON that is broken, and no JSON at all. */
final class RandomText {
    private static final String[] PIECES = {"a", "role", "content", "\\\"", "\\\\", "\\n", "\\u001a", "é", "漢", "😀", " ",
        "{", "}", "[", "]", ",", ":", "\u001a", "\u001aabcdefghijklmnopqrstuv", "word ", "\t", "'"};
    private static final String[] BROKEN = {"\"", "\\", "[", "]", "{", "}", ",", ":", "\u001a", "\u0000", "x", "\n"};
    private static final String[] SPACES = {"", "", "", "", " ", "\n", "\r\n\t", "  "};
    private static final String[] SCALARS = {"1", "-0.5e10", "true", "null", "01", "NaN", "\"\""};
    private static final String[] KEYS = {"role", "messages", "contents", "input", "tools", "content", "a", ""};

    private final Random random;

    RandomText(Random random) {
        this.random = random;
    }

    String next() {
        StringBuilder text = new StringBuilder();
        switch (random.nextInt(10)) {
            case 0 -> pieces(text);
            case 1 -> text.append(string());
            default -> {
                space(text);
                value(text, random.nextInt(6));
                space(text);
            }
        }
        if (random.nextInt(4) == 0) {
            for (int i = 0; i <= random.nextInt(3); i++) {
                int at = random.nextInt(text.length() + 1);
                if (at == 0 || at == text.length() || !Character.isLowSurrogate(text.charAt(at))) {
                    text.insert(at, BROKEN[random.nextInt(BROKEN.length)]);
                }
            }
        }
        if (random.nextInt(8) == 0) {
            int length = random.nextInt(text.length() + 1);
            text.setLength(length > 0 && Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
        }
        return text.toString();
    }

    private void value(StringBuilder text, int depth) {
        int kind = depth == 0 ? random.nextInt(2) : random.nextInt(6);
        switch (kind) {
            case 0 -> text.append(SCALARS[random.nextInt(SCALARS.length)]);
            case 1 -> text.append(string());
            case 2, 3 -> {
                text.append('[');
                members(text, () -> value(text, depth - 1));
                text.append(']');
            }
            default -> {
                text.append('{');
                members(text, () -> {
                    text.append('"').append(KEYS[random.nextInt(KEYS.length)]).append('"');
                    space(text);
                    text.append(':');
                    space(text);
                    value(text, depth - 1);
                });
                text.append('}');
            }
        }
    }

    private void members(StringBuilder text, Runnable member) {
        int count = random.nextInt(5);
        space(text);
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                text.append(',');
                space(text);
            }
            member.run();
            space(text);
        }
    }

    private String string() {
        StringBuilder text = new StringBuilder("\"");
        pieces(text);
        return text.append('"').toString();
    }

    private void pieces(StringBuilder text) {
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
    }

    private void space(StringBuilder text) {
        text.append(SPACES[random.nextInt(SPACES.length)]);
    }
}
