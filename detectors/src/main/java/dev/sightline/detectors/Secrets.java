package dev.sightline.detectors;

import java.util.ArrayList;
import java.util.List;

/**
 * Keys and tokens by their shape: the fixed beginning that their issuer gives them, the characters and the length that
 * follow; PEM private keys; passwords in URLs; and what follows "Bearer" or the name of a secret.
 */
final class Secrets {
    /** The shortest word that is looked at. */
    static final int WORD_CHARS_MIN = 16;
    private static final int PEM_CHARS_MAX = 16_384;
    private static final int PEM_HEADER_CHARS_MAX = 64;
    private static final String PEM_BEGIN = "-----BEGIN ";
    private static final int URL_CHARS_MAX = 256;
    private static final int NAME_CHARS_MAX = 48;
    /** Bits a character of a word that only its name makes a secret must carry: random keys have 3 and more. */
    private static final double ENTROPY_MIN = 2.8;
    private static final int NAMED_CHARS_MIN = 16;
    /** Of an encrypted JWT; what has more is looked at no further. */
    private static final int DOTS_MAX = 4;

    private enum Alphabet {
        UPPER_DIGITS, HEX, ALPHANUMERIC, URL_SAFE, DOTTED
    }

    /** @param chars of the whole word, at least */
    private record Shape(String prefix, Alphabet alphabet, int chars, String rule) {
    }

    /** By first character. */
    private static final Shape[][] SHAPES = shapes(
            new Shape("AKIA", Alphabet.UPPER_DIGITS, 20, "aws-access-key"),
            new Shape("ASIA", Alphabet.UPPER_DIGITS, 20, "aws-access-key"),
            new Shape("ABIA", Alphabet.UPPER_DIGITS, 20, "aws-access-key"),
            new Shape("ACCA", Alphabet.UPPER_DIGITS, 20, "aws-access-key"),
            new Shape("ghp_", Alphabet.ALPHANUMERIC, 36, "github-token"),
            new Shape("gho_", Alphabet.ALPHANUMERIC, 36, "github-token"),
            new Shape("ghu_", Alphabet.ALPHANUMERIC, 36, "github-token"),
            new Shape("ghs_", Alphabet.ALPHANUMERIC, 36, "github-token"),
            new Shape("ghr_", Alphabet.ALPHANUMERIC, 36, "github-token"),
            new Shape("github_pat_", Alphabet.URL_SAFE, 40, "github-token"),
            new Shape("glpat-", Alphabet.URL_SAFE, 26, "gitlab-token"),
            new Shape("sk-sl-", Alphabet.URL_SAFE, 20, "sightline-key"),
            new Shape("pk-sl-", Alphabet.URL_SAFE, 20, "sightline-key"),
            new Shape("sk-lf-", Alphabet.URL_SAFE, 30, "langfuse-key"),
            new Shape("sk-ant-", Alphabet.URL_SAFE, 24, "anthropic-key"),
            new Shape("sk-", Alphabet.URL_SAFE, 20, "openai-key"),
            new Shape("gsk_", Alphabet.ALPHANUMERIC, 36, "groq-key"),
            new Shape("xai-", Alphabet.ALPHANUMERIC, 40, "xai-key"),
            new Shape("pplx-", Alphabet.ALPHANUMERIC, 40, "perplexity-key"),
            new Shape("hf_", Alphabet.ALPHANUMERIC, 30, "huggingface-token"),
            new Shape("r8_", Alphabet.ALPHANUMERIC, 30, "replicate-token"),
            new Shape("xoxb-", Alphabet.URL_SAFE, 24, "slack-token"),
            new Shape("xoxp-", Alphabet.URL_SAFE, 24, "slack-token"),
            new Shape("xoxa-", Alphabet.URL_SAFE, 24, "slack-token"),
            new Shape("xoxr-", Alphabet.URL_SAFE, 24, "slack-token"),
            new Shape("xoxs-", Alphabet.URL_SAFE, 24, "slack-token"),
            new Shape("xoxe-", Alphabet.URL_SAFE, 24, "slack-token"),
            new Shape("xapp-", Alphabet.URL_SAFE, 24, "slack-token"),
            new Shape("AIza", Alphabet.URL_SAFE, 39, "google-api-key"),
            new Shape("GOCSPX-", Alphabet.URL_SAFE, 30, "google-oauth-secret"),
            new Shape("ya29.", Alphabet.DOTTED, 30, "google-oauth-token"),
            new Shape("sk_live_", Alphabet.ALPHANUMERIC, 24, "stripe-key"),
            new Shape("sk_test_", Alphabet.ALPHANUMERIC, 24, "stripe-key"),
            new Shape("rk_live_", Alphabet.ALPHANUMERIC, 24, "stripe-key"),
            new Shape("rk_test_", Alphabet.ALPHANUMERIC, 24, "stripe-key"),
            new Shape("whsec_", Alphabet.ALPHANUMERIC, 24, "stripe-key"),
            new Shape("npm_", Alphabet.ALPHANUMERIC, 40, "npm-token"),
            new Shape("pypi-", Alphabet.URL_SAFE, 40, "pypi-token"),
            new Shape("SG.", Alphabet.DOTTED, 50, "sendgrid-key"),
            new Shape("dop_v1_", Alphabet.HEX, 50, "digitalocean-token"),
            new Shape("dapi", Alphabet.HEX, 36, "databricks-token"),
            new Shape("eyJ", Alphabet.DOTTED, 30, "jwt"));

    /** A name of which one ends right before the word; separators in it are left out. */
    private static final List<String> NAMES = List.of("apikey", "secret", "secretkey", "secretaccesskey", "accesskey",
            "accesstoken", "authtoken", "refreshtoken", "clientsecret", "privatekey", "password", "passwd", "pwd",
            "passphrase", "credential", "credentials", "subscriptionkey", "accountkey", "bearertoken", "sessiontoken");

    private Secrets() {
    }

    private static Shape[][] shapes(Shape... shapes) {
        List<List<Shape>> byFirst = new ArrayList<>();
        for (int i = 0; i < 128; i++) {
            byFirst.add(new ArrayList<>());
        }
        for (Shape shape : shapes) {
            byFirst.get(shape.prefix().charAt(0)).add(shape);
        }
        return byFirst.stream().map(list -> list.toArray(new Shape[0])).toArray(Shape[][]::new);
    }

    /** Looks at a word of letters, digits, hyphens and underscores; answers where to look next. */
    static int word(String text, int start, int end, Findings findings) {
        for (Shape shape : SHAPES[text.charAt(start)]) {
            if (text.startsWith(shape.prefix(), start)) {
                int shapeEnd = endOf(text, shape, start, end);
                if (shapeEnd >= 0) {
                    findings.add(Kind.SECRET, start, shapeEnd, 0.95, shape.rule());
                    return shapeEnd;
                }
            }
        }
        return named(text, start, end, findings);
    }

    /** The beginnings that end in a dot are shorter than the shortest word: they are looked for at the dot. */
    static int dotted(String text, int start, int dot, Findings findings) {
        for (Shape shape : SHAPES[text.charAt(start)]) {
            if (shape.alphabet() == Alphabet.DOTTED && text.startsWith(shape.prefix(), start)) {
                int shapeEnd = endOf(text, shape, start, dot);
                if (shapeEnd >= 0) {
                    findings.add(Kind.SECRET, start, shapeEnd, 0.95, shape.rule());
                    return shapeEnd;
                }
            }
        }
        return dot;
    }

    /** Where a word of the shape ends, or -1 where it is none. */
    private static int endOf(String text, Shape shape, int start, int wordEnd) {
        int end = wordEnd;
        int dots = 0;
        if (shape.alphabet() == Alphabet.DOTTED) {
            while (end < text.length() && dots <= DOTS_MAX
                    && (isUrlSafe(text.charAt(end)) || text.charAt(end) == '.')) {
                dots += text.charAt(end) == '.' ? 1 : 0;
                end++;
            }
            while (text.charAt(end - 1) == '.') {
                end--;
                dots--;
            }
        }
        int from = start + shape.prefix().length();
        boolean digit = false;
        boolean letter = false;
        for (int i = from; i < end; i++) {
            char c = text.charAt(i);
            boolean fits = switch (shape.alphabet()) {
                case UPPER_DIGITS -> c >= 'A' && c <= 'Z' || Chars.isDigit(c);
                case HEX -> Chars.isHex(c);
                case ALPHANUMERIC -> Chars.isAsciiLetter(c) || Chars.isDigit(c);
                case URL_SAFE, DOTTED -> true;
            };
            if (!fits) {
                return -1;
            }
            digit |= Chars.isDigit(c);
            letter |= Chars.isAsciiLetter(c);
        }
        boolean long_ = end - start >= shape.chars() && (shape.alphabet() != Alphabet.UPPER_DIGITS || end - start == 20);
        boolean random = switch (shape.rule()) {
            case "jwt" -> dots == 2 || dots == 4;
            case "openai-key" -> digit && letter && entropy(text, from, end) >= ENTROPY_MIN;
            case "aws-access-key" -> true;
            default -> digit || entropy(text, from, end) >= ENTROPY_MIN;
        };
        return long_ && random ? end : -1;
    }

    static boolean isUrlSafe(char c) {
        byte found = Chars.classOf(c);
        return found == Chars.LETTER || found == Chars.DIGIT || found == Chars.DASH;
    }

    /** A long word of letters and digits behind "Bearer" or the name of a secret; answers where to look next. */
    static int named(String text, int start, int end, Findings findings) {
        boolean bearer = text.regionMatches(true, start - 7, "bearer ", 0, 7)
                || text.regionMatches(true, start - 6, "basic ", 0, 6)
                        && name(text, start - 6).endsWith("authorization");
        if (!bearer && !isAssigned(text, start)) {
            return end;
        }
        int whole = end;
        while (whole < text.length() && (isUrlSafe(text.charAt(whole)) || "+/=.~".indexOf(text.charAt(whole)) >= 0)) {
            whole++;
        }
        while (".~".indexOf(text.charAt(whole - 1)) >= 0) {
            whole--;
        }
        if (whole - start < NAMED_CHARS_MIN || !hasDigit(text, start, whole)) {
            return end;
        }
        if (bearer) {
            findings.add(Kind.SECRET, start, whole, 0.9, "bearer-token");
            return whole;
        }
        String name = name(text, start);
        for (String secret : NAMES) {
            if (name.endsWith(secret) && entropy(text, start, whole) >= ENTROPY_MIN) {
                findings.add(Kind.SECRET, start, whole, 0.75, "named-secret");
                return whole;
            }
        }
        return end;
    }

    private static boolean isAssigned(String text, int start) {
        for (int i = start - 1; i >= 0 && i >= start - 4; i--) {
            char c = text.charAt(i);
            if (c == ':' || c == '=') {
                return true;
            }
            if (c != ' ' && c != '"' && c != '\'' && c != '`' && c != '>') {
                return false;
            }
        }
        return false;
    }

    /** The letters that stand before the index, up to what separates words of different meaning, in lower case. */
    private static String name(String text, int before) {
        StringBuilder name = new StringBuilder();
        boolean started = false;
        for (int i = before - 1; i >= 0 && i >= before - NAME_CHARS_MAX; i--) {
            char c = text.charAt(i);
            if (Chars.isAsciiLetter(c)) {
                name.append((char) (c | 0x20));
                started = true;
            } else if (started && c != '_' && c != '-' && c != ' ' || c == '\n' || c == ',' || c == ';') {
                break;
            }
        }
        return name.reverse().toString();
    }

    private static boolean hasDigit(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (Chars.isDigit(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Bits a character, by how often each occurs. */
    private static double entropy(String text, int start, int end) {
        int[] counts = new int[128];
        for (int i = start; i < end; i++) {
            counts[text.charAt(i) & 127]++;
        }
        double bits = 0;
        double length = end - start;
        for (int count : counts) {
            if (count > 0) {
                bits -= count / length * Math.log(count / length) / Math.log(2);
            }
        }
        return bits;
    }

    /** Looks at a hyphen that may begin a PEM block; answers where to look next. */
    static int pem(String text, int dash, Findings findings) {
        if (!text.startsWith(PEM_BEGIN, dash)) {
            return dash + 1;
        }
        int label = dash + PEM_BEGIN.length();
        int header = text.indexOf("-----", label, Math.min(text.length(), label + PEM_HEADER_CHARS_MAX));
        if (header < 0 || !text.substring(label, header).contains("PRIVATE KEY")) {
            return label;
        }
        int limit = Math.min(text.length(), header + PEM_CHARS_MAX);
        int end = text.indexOf("-----END ", header + 5, limit);
        int tail = end < 0 ? -1 : text.indexOf("-----", end + 9, Math.min(text.length(), end + 9 + PEM_HEADER_CHARS_MAX));
        if (tail >= 0) {
            end = tail + 5;
        } else {
            // Cut off: all that can belong to it.
            end = header + 5;
            while (end < limit && (isUrlSafe(text.charAt(end)) || "+/=\n\r :,".indexOf(text.charAt(end)) >= 0)) {
                end++;
            }
        }
        findings.add(Kind.SECRET, dash, end, 1, "private-key");
        return end;
    }

    /** Looks at an @: the password of scheme://user:password@host. True where the @ belongs to a URL. */
    static boolean urlPassword(String text, int at, Findings findings) {
        int colon = -1;
        int stop = Math.max(0, at - URL_CHARS_MAX);
        for (int i = at - 1; i >= stop; i--) {
            char c = text.charAt(i);
            if (c == ':') {
                if (text.startsWith("//", i + 1)) {
                    if (colon > i + 2 && colon < at - 1) {
                        findings.add(Kind.SECRET, colon + 1, at, 0.95, "url-password");
                        return true;
                    }
                    return false;
                }
                colon = i;
            } else if (c <= ' ' || c == '"' || c == '<' || c == '>' || c == '/' && !text.startsWith("://", i - 1)
                    && !text.startsWith("://", i - 2)) {
                return false;
            }
        }
        return false;
    }
}
