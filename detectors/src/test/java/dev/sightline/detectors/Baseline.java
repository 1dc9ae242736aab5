package dev.sightline.detectors;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The regular expressions that come to mind first, without check digits or context: what a detector has to beat. */
final class Baseline {
    private static final Map<Kind, Pattern> PATTERNS = new LinkedHashMap<>();

    static {
        PATTERNS.put(Kind.EMAIL_ADDRESS, Pattern.compile("[\\w.+-]+@[\\w-]+\\.[\\w.-]+"));
        PATTERNS.put(Kind.IP_ADDRESS, Pattern.compile("\\b\\d{1,3}(\\.\\d{1,3}){3}\\b"));
        PATTERNS.put(Kind.US_SSN, Pattern.compile("\\b\\d{3}-\\d{2}-\\d{4}\\b"));
        PATTERNS.put(Kind.IBAN_CODE, Pattern.compile("\\b[A-Z]{2}\\d{2}[A-Z0-9]{11,30}\\b"));
        PATTERNS.put(Kind.CREDIT_CARD, Pattern.compile("\\b\\d{13,16}\\b|\\b\\d{4}([ -]\\d{4}){3}\\b"));
        PATTERNS.put(Kind.PHONE_NUMBER, Pattern.compile("\\+?\\(?\\d[\\d ()-]{6,16}\\d"));
        PATTERNS.put(Kind.SECRET, Pattern.compile("\\b(sk-|ghp_|AKIA|xox[bp]-)[\\w-]{16,}"));
    }

    private Baseline() {
    }

    static List<Finding> find(String text) {
        List<Finding> findings = new ArrayList<>();
        boolean[] taken = new boolean[text.length()];
        PATTERNS.forEach((kind, pattern) -> {
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                if (!taken[matcher.start()] && !taken[matcher.end() - 1]) {
                    java.util.Arrays.fill(taken, matcher.start(), matcher.end(), true);
                    findings.add(new Finding(kind.id(), matcher.start(), matcher.end(), 1, "regex"));
                }
            }
        });
        return findings;
    }
}
