package dev.sightline.detectors.guard;

import dev.sightline.detectors.Finding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds web addresses of domains that are not on a list: how data leaves by an answer, since a client that shows a
 * picture has already called its address. Either every address, or only those a client may fetch by itself: Markdown
 * images, with their definitions elsewhere, and HTML's src and srcset. A domain on the list stands for its subdomains too.
 * Immutable, thread-safe, linear in the text.
 */
public final class Addresses {
    private static final int ADDRESS_CHARS_MAX = 4096;
    private static final int LOOK_BACK_CHARS = 300;

    private final String kind;
    private final Set<String> domains;
    private final boolean imagesOnly;

    /** @param domains such as example.org or *.example.org; an entry without a dot stands for itself (localhost) */
    public Addresses(String kind, Collection<String> domains, boolean imagesOnly) {
        this.kind = kind;
        this.imagesOnly = imagesOnly;
        this.domains = domains.stream().map(domain -> domain.strip().toLowerCase(Locale.ROOT))
                .map(domain -> domain.startsWith("*.") ? domain.substring(2) : domain).collect(Collectors.toSet());
    }

    /** What is in the text, in its order, none overlapping another. Places are indices into the String. */
    public List<Finding> find(String text) {
        List<Finding> findings = new ArrayList<>();
        boolean hasImage = text.contains("![");
        int last = 0;
        for (int slashes = text.indexOf("//"); slashes >= 0; slashes = text.indexOf("//", Math.max(slashes + 2, last))) {
            int start = schemeStart(text, slashes, last);
            int host = slashes + 2;
            int end = host;
            while (end < text.length() && end - host < ADDRESS_CHARS_MAX && isOfAddress(text.charAt(end))) {
                end++;
            }
            while (end > host && ".,;:!?'\"*_".indexOf(text.charAt(end - 1)) >= 0) {
                end--;
            }
            String name = hostOf(text, host, end);
            boolean written = start < slashes || isEmbedded(text, start);
            if (name.indexOf('.') < 0 && !name.equals("localhost") && name.indexOf(':') < 0 || !written || isKnown(name)) {
                continue;
            }
            boolean image = isImage(text, start, hasImage);
            if (image || !imagesOnly) {
                findings.add(new Finding(kind, start, end, 1, image ? "image" : "link"));
                last = end;
            }
        }
        return findings;
    }

    private boolean isKnown(String host) {
        String name = host;
        while (true) {
            if (domains.contains(name)) {
                return true;
            }
            int dot = name.indexOf('.');
            if (dot < 0) {
                return false;
            }
            name = name.substring(dot + 1);
        }
    }

    private static int schemeStart(String text, int slashes, int limit) {
        int i = slashes;
        if (i > limit && text.charAt(i - 1) == ':') {
            i--;
            while (i > limit && slashes - i < 20 && Character.isLetterOrDigit(text.charAt(i - 1))) {
                i--;
            }
        }
        return i;
    }

    /** Whether an address without a scheme stands where a client would follow it. */
    private static boolean isEmbedded(String text, int start) {
        return start > 0 && "(\"'<=".indexOf(text.charAt(start - 1)) >= 0;
    }

    private static boolean isOfAddress(char c) {
        return c > ' ' && c != ')' && c != ']' && c != '>' && c != '<' && c != '"' && c != '`' && c != '|' && c != 0xA0;
    }

    /** In lower case, without user and port. */
    private static String hostOf(String text, int from, int to) {
        int end = from;
        int at = from;
        while (end < to && "/?#\\".indexOf(text.charAt(end)) < 0) {
            if (text.charAt(end) == '@') {
                at = end + 1;
            }
            end++;
        }
        String host = text.substring(at, end).toLowerCase(Locale.ROOT);
        int colon = host.indexOf(':');
        host = colon > 0 ? host.substring(0, colon) : host;
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    private static boolean isImage(String text, int start, boolean hasImage) {
        int i = start - 1;
        while (i >= 0 && (text.charAt(i) == '<' || text.charAt(i) == ' ')) {
            i--;
        }
        if (i >= 1 && text.charAt(i) == '(' && text.charAt(i - 1) == ']') {
            int stop = Math.max(0, i - LOOK_BACK_CHARS);
            int depth = 0;
            for (int j = i - 1; j >= stop; j--) {
                char c = text.charAt(j);
                depth += c == ']' ? 1 : c == '[' ? -1 : 0;
                if (depth == 0) {
                    return j > 0 && text.charAt(j - 1) == '!';
                }
            }
            return false;
        }
        if (hasImage && i >= 1 && text.charAt(i) == ':' && text.charAt(i - 1) == ']') {
            return true;
        }
        String before = text.substring(Math.max(0, start - LOOK_BACK_CHARS), start).toLowerCase(Locale.ROOT);
        int tag = Math.max(before.lastIndexOf("src="), Math.max(before.lastIndexOf("srcset="), before.lastIndexOf("url(")));
        return tag >= 0 && before.indexOf('>', tag) < 0;
    }
}
