package dev.sightline.ingestion.redact;

import dev.sightline.detectors.Finding;
import dev.sightline.ingestion.mapping.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Puts {@code [REDACTED:kind]} in the place of findings and leaves every other character as it was. In JSON, and in JSON
 * that stands in a string of JSON, only the contents of strings are replaced, and numbers, which become strings: what was
 * JSON stays JSON. A finding that reaches over several strings is replaced in each of them.
 */
final class Replacement {
    /** JSON in a string in JSON in a string: beyond, a string is a text. */
    private static final int DEPTH_MAX = 8;

    private record Edit(int start, int end, String text) {
    }

    private Replacement() {
    }

    static String in(String text, List<Finding> findings) {
        StringBuilder result = new StringBuilder(text.length());
        int from = 0;
        for (Edit edit : edits(text, findings, 0)) {
            int start = Math.max(from, edit.start());
            if (edit.end() > start) {
                result.append(text, from, start).append(edit.text());
                from = edit.end();
            }
        }
        return result.append(text, from, text.length()).toString();
    }

    private static String mark(Finding finding) {
        return "[REDACTED:" + finding.kind() + "]";
    }

    private static List<Edit> edits(String text, List<Finding> findings, int depth) {
        List<Edit> edits = new ArrayList<>();
        if (!Json.isContainer(text)) {
            findings.forEach(finding -> edits.add(new Edit(finding.start(), finding.end(), mark(finding))));
            return edits;
        }
        int first = 0;
        int i = 0;
        while (i < text.length() && first < findings.size()) {
            char c = text.charAt(i);
            int end = i + 1;
            if (c == '"') {
                end = endOfString(text, i);
            } else if (isNumber(c)) {
                end = endOfNumber(text, i);
            }
            while (first < findings.size() && findings.get(first).end() <= i) {
                first++;
            }
            int last = first;
            while (last < findings.size() && findings.get(last).start() < end) {
                last++;
            }
            if (last > first && c == '"') {
                string(text, i + 1, end - 1, findings.subList(first, last), depth, edits);
            } else if (last > first && isNumber(c)) {
                edits.add(new Edit(i, end, '"' + mark(findings.get(first)) + '"'));
            }
            i = end;
        }
        return edits;
    }

    private static boolean isNumber(char c) {
        return c >= '0' && c <= '9' || c == '-';
    }

    private static int endOfNumber(String text, int start) {
        int end = start;
        while (end < text.length() && (isNumber(text.charAt(end)) || "+.eE".indexOf(text.charAt(end)) >= 0)) {
            end++;
        }
        return end;
    }

    /** Behind the closing quote. */
    private static int endOfString(String text, int start) {
        int i = start + 1;
        while (text.charAt(i) != '"') {
            i += text.charAt(i) == '\\' ? 2 : 1;
        }
        return i + 1;
    }

    /** The edits inside one string of JSON, whose content stands between start and end. */
    private static void string(String json, int start, int end, List<Finding> findings, int depth, List<Edit> edits) {
        Content content = Content.of(json, start, end);
        List<Finding> inside = new ArrayList<>();
        for (Finding finding : findings) {
            int from = content.indexAt(Math.max(start, finding.start()));
            int to = content.indexFrom(Math.min(end, finding.end()));
            if (to > from) {
                inside.add(new Finding(finding.kind(), from, to, finding.score(), finding.rule()));
            }
        }
        List<Edit> inner = depth < DEPTH_MAX ? edits(content.text, inside, depth + 1)
                : inside.stream().map(finding -> new Edit(finding.start(), finding.end(), mark(finding))).toList();
        for (Edit edit : inner) {
            edits.add(new Edit(content.starts[edit.start()], content.starts[edit.end()],
                    edit.text().replace("\\", "\\\\").replace("\"", "\\\"")));
        }
    }

    /** What a JSON string says, and where each of its characters begins in the JSON; one more for the end. */
    private record Content(String text, int[] starts) {
        static Content of(String json, int start, int end) {
            StringBuilder text = new StringBuilder(end - start);
            int[] starts = new int[end - start + 1];
            int i = start;
            while (i < end) {
                starts[text.length()] = i;
                char c = json.charAt(i++);
                if (c == '\\') {
                    c = json.charAt(i++);
                    switch (c) {
                        case 'n' -> c = '\n';
                        case 'r' -> c = '\r';
                        case 't' -> c = '\t';
                        case 'b' -> c = '\b';
                        case 'f' -> c = '\f';
                        case 'u' -> {
                            c = (char) Integer.parseInt(json, i, i + 4, 16);
                            i += 4;
                        }
                        default -> {
                        }
                    }
                }
                text.append(c);
            }
            starts[text.length()] = end;
            return new Content(text.toString(), Arrays.copyOf(starts, text.length() + 1));
        }

        /** The character that the place belongs to. */
        int indexAt(int place) {
            int found = Arrays.binarySearch(starts, place);
            return found >= 0 ? found : -found - 2;
        }

        /** The first character that begins at the place or behind it. */
        int indexFrom(int place) {
            int found = Arrays.binarySearch(starts, place);
            return found >= 0 ? found : -found - 1;
        }
    }
}
