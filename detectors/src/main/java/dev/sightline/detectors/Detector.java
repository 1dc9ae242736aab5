package dev.sightline.detectors;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Finds personal data of fixed form and secrets in text: what {@link Kind} lists, and custom patterns. A quick look tells
 * whether a text has anything of which these are made; if so, one pass stops at digits, at signs, colons, hyphens and
 * long words, and what it finds there is held against check
 * digits, number plans and the words around it, and reported from a score of {@link #THRESHOLD} on. The time is linear
 * in the text, whatever the text. What overlaps is reported as one finding that covers all of it, with the kind of the
 * surest. Names, postal addresses and everything else without a fixed form are not found. Immutable, thread-safe.
 */
public final class Detector {
    /** Findings below this score are not reported. Chosen on the development data: docs/detectors.md. */
    public static final double THRESHOLD = 0.5;

    private final Set<Kind> kinds;
    private final List<CustomPattern> patterns;
    private final boolean numbers;

    private Detector(Set<Kind> kinds, List<CustomPattern> patterns) {
        this.kinds = kinds;
        this.patterns = patterns;
        this.numbers = looksFor(Kind.CREDIT_CARD) || looksFor(Kind.PHONE_NUMBER) || looksFor(Kind.US_SSN)
                || looksFor(Kind.IP_ADDRESS) || looksFor(Kind.IBAN_CODE);
    }

    /** A detector of everything but custom patterns. */
    public static Detector standard() {
        return of(EnumSet.allOf(Kind.class), List.of());
    }

    public static Detector of(Set<Kind> kinds, List<CustomPattern> patterns) {
        return new Detector(kinds.isEmpty() ? EnumSet.noneOf(Kind.class) : EnumSet.copyOf(kinds),
                List.copyOf(patterns));
    }

    boolean looksFor(Kind kind) {
        return kinds.contains(kind);
    }

    /** What is in the text, in its order, none overlapping another. Places are indices into the String. */
    public List<Finding> find(String text) {
        return mayHold(text) ? search(text) : List.of();
    }

    /** False where {@link #find} would find nothing for sure: a quick look that most texts need no more than. */
    public boolean mayHold(String text) {
        return !patterns.isEmpty() || Glance.isWorthALook(text);
    }

    List<Finding> search(String text) {
        Findings findings = new Findings();
        if (!scan(text, false, findings)) {
            return inView(text);
        }
        patterns.forEach(pattern -> pattern.find(text, findings));
        return findings.resolved();
    }

    private List<Finding> inView(String text) {
        View view = View.of(text);
        Findings seen = new Findings();
        scan(view.text(), true, seen);
        patterns.forEach(pattern -> pattern.find(view.text(), seen));
        return seen.resolved().stream().map(finding -> new Finding(finding.kind(), view.start(finding.start()),
                view.end(finding.end(), text), finding.score(), finding.rule())).toList();
    }

    /** False where the text has to be normalised first; what was found until then is to be forgotten. */
    private boolean scan(String text, boolean normalised, Findings findings) {
        Numbers number = null;
        int wordStart = 0;
        int numberEnd = 0;
        int addressEnd = 0;
        int length = text.length();
        int i = 0;
        while (i < length) {
            char c = text.charAt(i);
            byte found = Chars.classOf(c);
            if (found == Chars.LETTER) {
                i++;
                continue;
            }
            switch (found) {
                case Chars.DIGIT -> {
                    if (i >= numberEnd && numbers) {
                        number = number == null ? new Numbers(this, text, findings) : number;
                        numberEnd = number.at(i);
                    }
                }
                case Chars.DASH -> {
                    if (i + 1 < length && text.charAt(i + 1) == '-' && looksFor(Kind.SECRET)) {
                        int next = Secrets.pem(text, i, findings);
                        if (next > i + 1) {
                            i = next;
                            wordStart = i;
                            numberEnd = i;
                            continue;
                        }
                    }
                }
                case Chars.ODD -> {
                    if (!normalised && View.isNeeded(text, i)) {
                        return false;
                    }
                    wordStart = endOfWord(text, wordStart, i, findings);
                }
                case Chars.AT -> {
                    boolean url = looksFor(Kind.SECRET) && Secrets.urlPassword(text, i, findings);
                    if (!url && looksFor(Kind.EMAIL_ADDRESS)) {
                        Emails.around(text, i, findings);
                    }
                    wordStart = endOfWord(text, wordStart, i, findings);
                }
                case Chars.COLON -> {
                    if (i >= addressEnd && looksFor(Kind.IP_ADDRESS)) {
                        addressEnd = IpAddresses.around(text, i, findings);
                    }
                    wordStart = endOfWord(text, wordStart, i, findings);
                }
                default -> wordStart = endOfWord(text, wordStart, i, findings);
            }
            i = Math.max(i + 1, wordStart);
        }
        endOfWord(text, wordStart, length, findings);
        return true;
    }

    /** Answers where the next word begins. */
    private int endOfWord(String text, int start, int end, Findings findings) {
        if (end <= start || !looksFor(Kind.SECRET)) {
            return end + 1;
        }
        int next = end;
        if (end - start >= Secrets.WORD_CHARS_MIN) {
            next = Secrets.word(text, start, end, findings);
        } else if (end < text.length()) {
            switch (text.charAt(end)) {
                case '.' -> next = Secrets.dotted(text, start, end, findings);
                case '+', '/' -> next = Secrets.named(text, start, end, findings);
                default -> {
                }
            }
        }
        return Math.max(end + 1, next);
    }
}
