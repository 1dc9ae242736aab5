package dev.sightline.storage.message;

import com.google.protobuf.ByteString;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A text as it stands in a column of `observation_content`: what is written out, and in the place of each message the
 * mark U+001A with the message's hash in 22 characters of base64url. A mark of the text's own is doubled, so that no
 * sender can write a reference. {@link #assemble} gives back the text byte for byte. ADR 0007.
 *
 * @param messages what the text refers to, in its order; the same message may occur more than once
 */
record StoredText(ByteString text, List<Message> messages) {
    static final byte MARK = 0x1a;
    static final int HASH_CHARS = 22;
    /** What stands for a message that is no longer stored: JSON, since its neighbours are. */
    static final String MISSING = "\"[message no longer stored]\"";

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    static byte[] encode(ByteString hash) {
        return BASE64.encode(hash.toByteArray());
    }

    /** The hash of a reference in hexadecimal. */
    private static String hashIn(String stored, int mark) {
        return HexFormat.of().formatHex(Base64.getUrlDecoder().decode(
                stored.substring(mark + 1, mark + 1 + HASH_CHARS)));
    }

    /** Adds the hashes of the messages that the text refers to, in lower-case hexadecimal. */
    static void addHashes(String stored, Set<String> hashes) {
        for (int mark = stored.indexOf(MARK); mark >= 0; mark = stored.indexOf(MARK, mark)) {
            if (isReference(stored, mark)) {
                hashes.add(hashIn(stored, mark));
                mark += 1 + HASH_CHARS;
            } else {
                mark += 2;
            }
        }
    }

    /** @param bodies the messages' bodies by hash in lower-case hexadecimal */
    static String assemble(String stored, Map<String, String> bodies) {
        int mark = stored.indexOf(MARK);
        if (mark < 0) {
            return stored;
        }
        StringBuilder text = new StringBuilder(stored.length() * 2);
        int from = 0;
        while (mark >= 0) {
            text.append(stored, from, mark);
            if (isReference(stored, mark)) {
                text.append(bodies.getOrDefault(hashIn(stored, mark), MISSING));
                from = mark + 1 + HASH_CHARS;
            } else {
                text.append((char) MARK);
                from = mark + 2;
            }
            mark = stored.indexOf(MARK, from);
        }
        return text.append(stored, Math.min(from, stored.length()), stored.length()).toString();
    }

    private static boolean isReference(String stored, int mark) {
        return mark + 1 + HASH_CHARS <= stored.length() && stored.charAt(mark + 1) != MARK;
    }

    @Override
    public String toString() {
        return "StoredText[" + text.size() + " bytes, " + messages.size() + " messages]";
    }
}
