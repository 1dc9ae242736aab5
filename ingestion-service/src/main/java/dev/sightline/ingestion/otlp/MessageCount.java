package dev.sightline.ingestion.otlp;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/**
 * Bounds what an export request becomes in memory, before it is read: an empty message takes two bytes on the wire and
 * an object on the heap, and a request within its bound in bytes can hold thirty million of them. Only tags and lengths
 * are looked at, texts are skipped, so that this costs little beside reading. Names and numbers are OTLP's (proto 1.11).
 */
final class MessageCount {
    /** Far beyond any exporter's batch, and still some 100 MB of objects at the most. */
    static final int MESSAGES_MAX = 2_000_000;
    private static final int DEPTH_MAX = 64;

    private enum Type {
        REQUEST, RESOURCE_SPANS, RESOURCE, SCOPE_SPANS, SCOPE, SPAN, EVENT, LINK, KEY_VALUE, ANY_VALUE, ARRAY,
        KEY_VALUE_LIST
    }

    private static final Map<Type, Map<Integer, Type>> MESSAGES = new EnumMap<>(Map.ofEntries(
            Map.entry(Type.REQUEST, Map.of(1, Type.RESOURCE_SPANS)),
            Map.entry(Type.RESOURCE_SPANS, Map.of(1, Type.RESOURCE, 2, Type.SCOPE_SPANS)),
            Map.entry(Type.RESOURCE, Map.of(1, Type.KEY_VALUE)),
            Map.entry(Type.SCOPE_SPANS, Map.of(1, Type.SCOPE, 2, Type.SPAN)),
            Map.entry(Type.SCOPE, Map.of(3, Type.KEY_VALUE)),
            Map.entry(Type.SPAN, Map.of(9, Type.KEY_VALUE, 11, Type.EVENT, 13, Type.LINK)),
            Map.entry(Type.EVENT, Map.of(3, Type.KEY_VALUE)),
            Map.entry(Type.LINK, Map.of(4, Type.KEY_VALUE)),
            Map.entry(Type.KEY_VALUE, Map.of(2, Type.ANY_VALUE)),
            Map.entry(Type.ANY_VALUE, Map.of(5, Type.ARRAY, 6, Type.KEY_VALUE_LIST)),
            Map.entry(Type.ARRAY, Map.of(1, Type.ANY_VALUE)),
            Map.entry(Type.KEY_VALUE_LIST, Map.of(1, Type.KEY_VALUE))));
    /** The most fields a message of OTLP has: more in one message are repetitions, which an unknown field keeps too. */
    private static final int FIELDS_FREE = 16;

    private final CodedInputStream in;
    private int messages;

    private MessageCount(byte[] request) {
        this.in = CodedInputStream.newInstance(request);
    }

    /**
     * Bytes that are no such request are none of its business: they are counted as far as they can be read.
     *
     * @throws ServiceException PAYLOAD_TOO_LARGE beyond {@link #MESSAGES_MAX}
     */
    static void requireBounded(byte[] request) {
        // Each message takes two bytes, so a small request needs no counting.
        if (request.length / 2 > MESSAGES_MAX) {
            try {
                new MessageCount(request).read(Type.REQUEST, 0);
            } catch (IOException _) {
                // The reader will tell.
            }
        }
    }

    private void read(Type type, int depth) throws IOException {
        Map<Integer, Type> known = MESSAGES.get(type);
        int fields = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            boolean delimited = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
            Type message = delimited ? known.get(WireFormat.getTagFieldNumber(tag)) : null;
            if (message != null) {
                add();
                int limit = in.pushLimit(in.readRawVarint32());
                if (depth < DEPTH_MAX) {
                    read(message, depth + 1);
                } else {
                    in.skipRawBytes(in.getBytesUntilLimit());
                }
                in.popLimit(limit);
            } else {
                if (++fields > FIELDS_FREE) {
                    add();
                }
                in.skipField(tag);
            }
        }
    }

    private void add() {
        if (++messages > MESSAGES_MAX) {
            throw ServiceException.of(ErrorCode.PAYLOAD_TOO_LARGE, "the request holds more than " + MESSAGES_MAX
                    + " spans, attributes and values; send smaller batches");
        }
    }
}
