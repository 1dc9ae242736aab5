package dev.sightline.detectors;

import java.util.ArrayList;
import java.util.List;

/**
 * Something found in a text: from start (inclusive) to end (exclusive), as indices into the String. It never holds the
 * text itself.
 *
 * @param kind  a {@link Kind}'s id or a custom pattern's kind
 * @param score how sure, above 0 up to 1; what scores below the detector's threshold is not reported
 * @param rule  what recognised it, such as {@code nanp} or {@code github-token}
 */
public record Finding(String kind, int start, int end, double score, String rule) {
    /** The same findings with start and end counted in Unicode code points, as APIs outside of Java count. */
    public static List<Finding> inCodePoints(String text, List<Finding> findings) {
        List<Finding> counted = new ArrayList<>(findings.size());
        int index = 0;
        int codePoint = 0;
        for (Finding finding : findings) {
            codePoint += text.codePointCount(index, finding.start());
            int length = text.codePointCount(finding.start(), finding.end());
            counted.add(new Finding(finding.kind(), codePoint, codePoint + length, finding.score(), finding.rule()));
            codePoint += length;
            index = finding.end();
        }
        return counted;
    }
}
