package dev.sightline.detectors;

import java.util.Locale;
import java.util.Set;
import org.apache.commons.validator.routines.DomainValidator;

/** E-mail addresses, letters beyond ASCII included; the domain needs a dot and a known last part, or words around it. */
final class Emails {
    private static final int LOCAL_CHARS_MAX = 64;
    private static final int DOMAIN_CHARS_MAX = 253;
    private static final DomainValidator DOMAINS = DomainValidator.getInstance();
    /** Last parts of names that are never in the public list but stand in real mail of companies. */
    private static final Set<String> PRIVATE = Set.of("local", "internal", "corp", "lan", "intranet", "home", "test",
            "example", "invalid");

    private Emails() {
    }

    private static boolean isLocal(char c) {
        return Chars.isWord(c) || "!#$%&'*+-/=?^`{|}~.".indexOf(c) >= 0;
    }

    /** Characters that mail allows, but which more often stand before an address than in it. */
    private static boolean isBracket(char c) {
        return "!#$%&'*/=?^`{|}~.-+".indexOf(c) >= 0;
    }

    static void around(String text, int at, Findings findings) {
        int start = at;
        while (start > 0 && at - start <= LOCAL_CHARS_MAX && isLocal(text.charAt(start - 1))) {
            start--;
        }
        // Of "to=anna@example.org" only the part behind the last sign that is unusual in an address.
        int from = at;
        while (from > start && (Chars.isWord(text.charAt(from - 1)) || "+-.'".indexOf(text.charAt(from - 1)) >= 0)) {
            from--;
        }
        while (from < at && isBracket(text.charAt(from))) {
            from++;
        }
        if (from == at || at - from > LOCAL_CHARS_MAX || text.charAt(at - 1) == '.' || text.startsWith("//", from - 2)) {
            return;
        }
        int end = at + 1;
        int lastDot = -1;
        while (end < text.length() && end - at <= DOMAIN_CHARS_MAX) {
            char c = text.charAt(end);
            if (c == '.') {
                if (!Chars.isWordAt(text, end + 1) || !Chars.isWordAt(text, end - 1)) {
                    break;
                }
                lastDot = end;
            } else if (!Chars.isWord(c) && !(c == '-' && end > at + 1) || c == '_') {
                break;
            }
            end++;
        }
        while (end > at && text.charAt(end - 1) == '-') {
            end--;
        }
        if (lastDot < 0 || end - lastDot < 3) {
            return;
        }
        String top = text.substring(lastDot + 1, end);
        boolean known = DOMAINS.isValidTld(top) || PRIVATE.contains(top.toLowerCase(Locale.ROOT));
        if (!known && (Chars.isDigit(top.charAt(0)) || Context.around(text, from, end).weight(Kind.EMAIL_ADDRESS) <= 0)) {
            return;
        }
        // git@github.com:sightline/sightline.git is a place, not a mailbox.
        boolean path = end + 1 < text.length() && text.charAt(end) == ':' && Chars.isWord(text.charAt(end + 1))
                && text.startsWith("git@", from);
        if (!path) {
            findings.add(Kind.EMAIL_ADDRESS, from, end, known ? 0.95 : 0.6, "address");
        }
    }
}
