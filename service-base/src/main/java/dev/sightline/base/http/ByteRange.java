package dev.sightline.base.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a content that a Range header asks for, as players of sound and film do. Only one range, the kind they
 * send; anything else counts as none, which RFC 9110 allows.
 *
 * @param from  the first byte
 * @param size  bytes of the whole content
 */
public record ByteRange(long from, long length, long size) {
    private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /** Null when no byte of the content is in it. */
    public static ByteRange parse(String header, long size) {
        Matcher range = ONE.matcher(header == null ? "" : header.strip());
        if (!range.matches() || range.group(1).isEmpty() && range.group(2).isEmpty()) {
            return new ByteRange(0, size, size);
        }
        if (range.group(1).isEmpty()) {
            long last = Math.min(Long.parseLong(range.group(2)), size);
            return last == 0 ? null : new ByteRange(size - last, last, size);
        }
        long from = Long.parseLong(range.group(1));
        long to = range.group(2).isEmpty() ? size - 1 : Math.min(Long.parseLong(range.group(2)), size - 1);
        return from > to ? null : new ByteRange(from, to - from + 1, size);
    }

    public boolean isAll() {
        return length == size;
    }

    /** The value of Content-Range. */
    public String header() {
        return "bytes " + from + "-" + (from + length - 1) + "/" + size;
    }
}
