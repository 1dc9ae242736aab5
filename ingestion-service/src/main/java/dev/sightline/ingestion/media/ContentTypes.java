package dev.sightline.ingestion.media;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Media types: which texts are one, which a browser may show, and which one some bytes look like. */
final class ContentTypes {
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9!#$&^_.+-]{1,64}/[A-Za-z0-9!#$&^_.+-]{1,100}");
    /** Kinds that cannot carry a program. */
    private static final Set<String> SHOWN_IMAGES = Set.of(
            "image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp", "image/avif", "image/bmp");

    private ContentTypes() {
    }

    static boolean isOne(String text) {
        return TYPE.matcher(text).matches();
    }

    /** Whether a page of this origin may show it in place; everything else is only ever saved to a file. */
    static boolean isShown(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return SHOWN_IMAGES.contains(lower) || lower.startsWith("audio/") || lower.startsWith("video/");
    }

    /** By the first bytes; null when they are not one of the well-known kinds. */
    static String of(byte[] content) {
        if (starts(content, 0, "\u0089PNG\r\n\u001a\n")) {
            return "image/png";
        }
        if (starts(content, 0, "\u00ff\u00d8\u00ff")) {
            return "image/jpeg";
        }
        if (starts(content, 0, "GIF87a") || starts(content, 0, "GIF89a")) {
            return "image/gif";
        }
        if (starts(content, 0, "RIFF")) {
            return starts(content, 8, "WEBP") ? "image/webp" : starts(content, 8, "WAVE") ? "audio/wav" : null;
        }
        if (starts(content, 4, "ftyp")) {
            return starts(content, 8, "avif") ? "image/avif" : starts(content, 8, "hei") ? "image/heic"
                    : starts(content, 8, "M4A") ? "audio/mp4" : "video/mp4";
        }
        if (starts(content, 0, "%PDF-")) {
            return "application/pdf";
        }
        if (starts(content, 0, "ID3") || starts(content, 0, "\u00ff\u00fb") || starts(content, 0, "\u00ff\u00f3")) {
            return "audio/mpeg";
        }
        if (starts(content, 0, "OggS")) {
            return "audio/ogg";
        }
        if (starts(content, 0, "fLaC")) {
            return "audio/flac";
        }
        return starts(content, 0, "\u001aE\u00df\u00a3") ? "video/webm" : null;
    }

    private static boolean starts(byte[] content, int at, String magic) {
        byte[] expected = magic.getBytes(StandardCharsets.ISO_8859_1);
        return content.length >= at + expected.length
                && Arrays.equals(content, at, at + expected.length, expected, 0, expected.length);
    }
}
