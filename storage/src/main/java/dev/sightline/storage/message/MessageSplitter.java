package dev.sightline.storage.message;

import com.google.protobuf.ByteString;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds the messages in a text: the byte ranges of JSON values that a later turn is likely to send again. It reads
 * JSON without making anything of it, so a range is exactly what was sent, spaces and escapes included; a text that is
 * no JSON object or array has no messages.
 * <ul>
 * <li>An object with a `role` is a message, and so is an array's element that has a `type`.
 * <li>Under the names by which requests to models carry what is said ({@link #NAMES}), an array's elements are
 * messages, and a text is one.
 * </ul>
 * All else is looked into, up to a depth, but not what is in a message. What a tool was given or found is no message:
 * it comes once, and to name it would cost more than it saves.
 *
 * <p>Bounds: a message has at least {@code bytesMin} bytes, a text at most {@code messagesMax} messages; what is beyond
 * is written out. Not thread-safe; cheap to make.
 */
final class MessageSplitter {
    private static final int DEPTH_MAX = 8;
    private static final byte[] ROLE = ascii("role");
    private static final byte[] TYPE = ascii("type");
    /** Of OpenAI's, Anthropic's, Google's and LangChain's requests. */
    private static final byte[][] NAMES = Stream.of("messages", "contents", "input", "tools", "functions", "history",
            "chat_history", "system", "instructions", "system_instruction", "systemInstruction", "system_prompt",
            "prompt", "parts").map(MessageSplitter::ascii).toArray(byte[][]::new);
    private static final VarHandle WORDS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private final int bytesMin;
    private final int messagesMax;
    private final MessageDigest sha256;
    private byte[] text;
    /** Start and end of each message. */
    private int[] ranges = new int[64];
    private int found;

    MessageSplitter(int bytesMin, int messagesMax) {
        this.bytesMin = bytesMin;
        this.messagesMax = messagesMax;
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The text with its messages by reference. */
    StoredText split(ByteString value) {
        text = value.toByteArray();
        found = 0;
        if (text.length >= bytesMin && !isDocument()) {
            found = 0;
        }
        return build(value);
    }

    /** The text as one message. */
    StoredText whole(ByteString value) {
        text = value.toByteArray();
        found = 0;
        if (text.length >= bytesMin) {
            offer(0, text.length);
        }
        return build(value);
    }

    private StoredText build(ByteString value) {
        if (found == 0 && indexOf(StoredText.MARK, 0, text.length) < 0) {
            return new StoredText(value, List.of());
        }
        List<Message> messages = new ArrayList<>(found);
        ByteString.Output out = ByteString.newOutput(text.length / 8 + 64 + found * (StoredText.HASH_CHARS + 2));
        int from = 0;
        for (int i = 0; i < found; i++) {
            int start = ranges[2 * i];
            int end = ranges[2 * i + 1];
            writeLiteral(out, from, start);
            Message message = new Message(hash(start, end), value.substring(start, end));
            messages.add(message);
            out.write(StoredText.MARK);
            byte[] reference = StoredText.encode(message.hash());
            out.write(reference, 0, reference.length);
            from = end;
        }
        writeLiteral(out, from, text.length);
        return new StoredText(out.toByteString(), messages);
    }

    private void writeLiteral(ByteString.Output out, int from, int to) {
        int start = from;
        for (int mark = indexOf(StoredText.MARK, from, to); mark >= 0; mark = indexOf(StoredText.MARK, start, to)) {
            out.write(text, start, mark + 1 - start);
            out.write(StoredText.MARK);
            start = mark + 1;
        }
        out.write(text, start, to - start);
    }

    private ByteString hash(int start, int end) {
        sha256.update(text, start, end - start);
        return ByteString.copyFrom(sha256.digest(), 0, Message.HASH_BYTES);
    }

    private boolean isDocument() {
        int start = skipSpace(0);
        if (start == text.length || text[start] != '[' && text[start] != '{') {
            return false;
        }
        int behind = value(start, 0, false, false);
        return behind >= 0 && skipSpace(behind) == text.length;
    }

    /**
     * Like its likes below: the index behind the value that starts at {@code i}, or -1 where there is no JSON.
     *
     * @param named whether the value stands under one of {@link #NAMES}
     */
    private int value(int i, int depth, boolean named, boolean isElement) {
        if (depth < DEPTH_MAX && text[i] == '[') {
            return array(i, depth, named);
        }
        if (depth < DEPTH_MAX && text[i] == '{') {
            return object(i, depth, named && isElement, isElement);
        }
        int next = skipValue(i);
        if (named) {
            offer(i, next);
        }
        return next;
    }

    private int array(int open, int depth, boolean named) {
        int i = skipSpace(open + 1);
        if (i < text.length && text[i] == ']') {
            return i + 1;
        }
        while (i < text.length) {
            int next = value(i, depth + 1, named, true);
            if (next < 0) {
                return -1;
            }
            i = skipSpace(next);
            if (i == text.length) {
                return -1;
            }
            if (text[i] == ']') {
                return i + 1;
            }
            if (text[i] != ',') {
                return -1;
            }
            i = skipSpace(i + 1);
        }
        return -1;
    }

    private int object(int open, int depth, boolean isMessage, boolean isElement) {
        int foundBefore = found;
        boolean isWhole = isMessage;
        int i = skipSpace(open + 1);
        if (i < text.length && text[i] == '}') {
            return i + 1;
        }
        while (i < text.length && text[i] == '"') {
            int key = i + 1;
            int keyEnd = skipString(i);
            if (keyEnd < 0) {
                return -1;
            }
            isWhole |= is(ROLE, key, keyEnd - 1) || isElement && is(TYPE, key, keyEnd - 1);
            i = skipSpace(keyEnd);
            if (i == text.length || text[i] != ':') {
                return -1;
            }
            i = skipSpace(i + 1);
            if (i == text.length) {
                return -1;
            }
            int next = value(i, depth + 1, isName(key, keyEnd - 1), false);
            if (next < 0) {
                return -1;
            }
            i = skipSpace(next);
            if (i == text.length) {
                return -1;
            }
            if (text[i] == '}') {
                if (isWhole) {
                    found = foundBefore;
                    offer(open, i + 1);
                }
                return i + 1;
            }
            if (text[i] != ',') {
                return -1;
            }
            i = skipSpace(i + 1);
        }
        return -1;
    }

    private boolean isName(int from, int to) {
        for (byte[] name : NAMES) {
            if (is(name, from, to)) {
                return true;
            }
        }
        return false;
    }

    private boolean is(byte[] name, int from, int to) {
        return to - from == name.length && Arrays.equals(text, from, to, name, 0, name.length);
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    private void offer(int start, int end) {
        if (end - start < bytesMin || found >= messagesMax) {
            return;
        }
        if (2 * found == ranges.length) {
            ranges = Arrays.copyOf(ranges, ranges.length * 2);
        }
        ranges[2 * found] = start;
        ranges[2 * found + 1] = end;
        found++;
    }

    private int skipValue(int start) {
        int i = start;
        if (text[i] == '"') {
            return skipString(i);
        }
        if (text[i] != '{' && text[i] != '[') {
            while (i < text.length && !isDelimiter(text[i])) {
                i++;
            }
            return i == start ? -1 : i;
        }
        int depth = 0;
        while (i < text.length) {
            switch (text[i]) {
                case '"' -> {
                    i = skipString(i);
                    if (i < 0) {
                        return -1;
                    }
                }
                case '{', '[' -> {
                    depth++;
                    i++;
                }
                case '}', ']' -> {
                    i++;
                    if (--depth == 0) {
                        return i;
                    }
                }
                default -> i++;
            }
        }
        return -1;
    }

    /** Looks at eight bytes at a time: most of a message is the inside of a string. */
    private int skipString(int open) {
        byte[] bytes = text;
        int i = open + 1;
        while (i + Long.BYTES <= bytes.length) {
            long word = (long) WORDS.get(bytes, i);
            long hits = zeroBytes(word ^ ONES * '"') | zeroBytes(word ^ ONES * '\\');
            if (hits == 0) {
                i += Long.BYTES;
            } else {
                i += Long.numberOfTrailingZeros(hits) >>> 3;
                if (bytes[i] == '"') {
                    return i + 1;
                }
                i += 2;
            }
        }
        while (i < bytes.length) {
            if (bytes[i] == '"') {
                return i + 1;
            }
            i += bytes[i] == '\\' ? 2 : 1;
        }
        return -1;
    }

    private int indexOf(byte wanted, int from, int to) {
        int i = from;
        while (i + Long.BYTES <= to) {
            long hits = zeroBytes((long) WORDS.get(text, i) ^ ONES * wanted);
            if (hits != 0) {
                return i + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
            i += Long.BYTES;
        }
        while (i < to && text[i] != wanted) {
            i++;
        }
        return i < to ? i : -1;
    }

    /** The high bit of each byte that is zero; bits above the lowest of them may be wrong. */
    private static long zeroBytes(long word) {
        return word - ONES & ~word & HIGH_BITS;
    }

    private int skipSpace(int from) {
        int i = from;
        while (i < text.length && isSpace(text[i])) {
            i++;
        }
        return i;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private static boolean isDelimiter(byte b) {
        return b == ',' || b == ']' || b == '}' || b == ':' || isSpace(b);
    }
}
