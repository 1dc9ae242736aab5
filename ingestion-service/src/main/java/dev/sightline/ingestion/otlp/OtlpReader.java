package dev.sightline.ingestion.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;

/**
 * Reads a request as protobuf's own parser does, but leaves the text of attributes where it is: a slice of the request,
 * checked to be UTF-8 and decoded only when somebody asks for a string. A prompt is mostly passed on as it came, so it
 * is never turned into characters and back. Names are remembered ({@link Names}). For one request and one thread.
 * <p>
 * What senders do not do in earnest (a field twice that can stand once, a bad string, too deep a value) ends in an
 * exception: {@link OtlpProtobuf} then takes the general way. Fields that nobody knows are not kept.
 */
final class OtlpReader {
    /** What protobuf's parser allows, less the levels that are read here. */
    private static final int NESTING_MAX = 96;
    private static final ExtensionRegistryLite NO_EXTENSIONS = ExtensionRegistryLite.getEmptyRegistry();

    private final byte[] bytes;
    private final Names names;
    private final CodedInputStream in;

    /** @param bytes of the request, which must not be written to any more: slices of them are kept */
    OtlpReader(byte[] bytes, Names names) {
        this.bytes = bytes;
        this.names = names;
        this.in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
        in.enableAliasing(true);
        in.setRecursionLimit(NESTING_MAX);
    }

    ExportTraceServiceRequest read() throws IOException {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == delimited(ExportTraceServiceRequest.RESOURCE_SPANS_FIELD_NUMBER)) {
                int outer = in.pushLimit(in.readRawVarint32());
                request.addResourceSpans(resourceSpans());
                in.popLimit(outer);
            } else {
                skip(tag);
            }
        }
        return request.build();
    }

    private ResourceSpans resourceSpans() throws IOException {
        ResourceSpans.Builder result = ResourceSpans.newBuilder();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case ResourceSpans.RESOURCE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                    once(!result.hasResource());
                    result.setResource(message(Resource.parser()));
                }
                case ResourceSpans.SCOPE_SPANS_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                    int outer = in.pushLimit(in.readRawVarint32());
                    result.addScopeSpans(scopeSpans());
                    in.popLimit(outer);
                }
                case ResourceSpans.SCHEMA_URL_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                    result.setSchemaUrl(in.readStringRequireUtf8());
                default -> skip(tag);
            }
        }
        return result.build();
    }

    private ScopeSpans scopeSpans() throws IOException {
        ScopeSpans.Builder result = ScopeSpans.newBuilder();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case ScopeSpans.SCOPE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                    once(!result.hasScope());
                    result.setScope(message(InstrumentationScope.parser()));
                }
                case ScopeSpans.SPANS_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                    int outer = in.pushLimit(in.readRawVarint32());
                    result.addSpans(span());
                    in.popLimit(outer);
                }
                case ScopeSpans.SCHEMA_URL_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                    result.setSchemaUrl(in.readStringRequireUtf8());
                default -> skip(tag);
            }
        }
        return result.build();
    }

    private Span span() throws IOException {
        Span.Builder span = Span.newBuilder();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case Span.TRACE_ID_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                    span.setTraceId(in.readBytes());
                case Span.SPAN_ID_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                    span.setSpanId(in.readBytes());
                case Span.TRACE_STATE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                    span.setTraceState(in.readStringRequireUtf8());
                case Span.PARENT_SPAN_ID_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                    span.setParentSpanId(in.readBytes());
                case Span.FLAGS_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_FIXED32 -> span.setFlags(in.readFixed32());
                case Span.NAME_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> span.setName(name());
                case Span.KIND_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT -> span.setKindValue(in.readEnum());
                case Span.START_TIME_UNIX_NANO_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_FIXED64 ->
                    span.setStartTimeUnixNano(in.readFixed64());
                case Span.END_TIME_UNIX_NANO_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_FIXED64 ->
                    span.setEndTimeUnixNano(in.readFixed64());
                case Span.ATTRIBUTES_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                    int outer = in.pushLimit(in.readRawVarint32());
                    span.addAttributes(attribute());
                    in.popLimit(outer);
                }
                case Span.DROPPED_ATTRIBUTES_COUNT_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT ->
                    span.setDroppedAttributesCount(in.readUInt32());
                case Span.EVENTS_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                    span.addEvents(message(Span.Event.parser()));
                case Span.DROPPED_EVENTS_COUNT_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT ->
                    span.setDroppedEventsCount(in.readUInt32());
                case Span.LINKS_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                    span.addLinks(message(Span.Link.parser()));
                case Span.DROPPED_LINKS_COUNT_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT ->
                    span.setDroppedLinksCount(in.readUInt32());
                case Span.STATUS_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                    once(!span.hasStatus());
                    span.setStatus(message(Status.parser()));
                }
                default -> skip(tag);
            }
        }
        return span.build();
    }

    private KeyValue attribute() throws IOException {
        KeyValue.Builder attribute = KeyValue.newBuilder();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case KeyValue.KEY_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                    attribute.setKey(name());
                case KeyValue.VALUE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                    once(!attribute.hasValue());
                    attribute.setValue(value());
                }
                case KeyValue.KEY_STRINDEX_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT ->
                    attribute.setKeyStrindex(in.readInt32());
                default -> skip(tag);
            }
        }
        return attribute.build();
    }

    /** Text is kept as bytes, numbers are read here; lists and whatever else there is are rare. */
    private AnyValue value() throws IOException {
        int length = in.readRawVarint32();
        int from = in.getTotalBytesRead();
        int outer = in.pushLimit(length);
        AnyValue value = switch (in.readTag()) {
            case 0 -> AnyValue.getDefaultInstance();
            case AnyValue.STRING_VALUE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                text(in.readBytes());
            case AnyValue.INT_VALUE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT ->
                AnyValue.newBuilder().setIntValue(in.readInt64()).build();
            case AnyValue.BOOL_VALUE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT ->
                AnyValue.newBuilder().setBoolValue(in.readBool()).build();
            case AnyValue.DOUBLE_VALUE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_FIXED64 ->
                AnyValue.newBuilder().setDoubleValue(in.readDouble()).build();
            default -> {
                CodedInputStream own = CodedInputStream.newInstance(bytes, from, length);
                own.setRecursionLimit(NESTING_MAX - 1);
                in.skipRawBytes(in.getBytesUntilLimit());
                yield AnyValue.parser().parseFrom(own, NO_EXTENSIONS);
            }
        };
        if (in.getBytesUntilLimit() != 0) {
            throw new InvalidProtocolBufferException("a value holds more than one");
        }
        in.popLimit(outer);
        return value;
    }

    private String name() throws IOException {
        int length = in.readRawVarint32();
        int from = in.getTotalBytesRead();
        in.skipRawBytes(length);
        return names.of(bytes, from, length);
    }

    /** The setter checks that it is UTF-8, which takes longer than all else with a long text: once is enough. */
    private static AnyValue text(ByteString utf8) throws IOException {
        try {
            return AnyValue.newBuilder().setStringValueBytes(utf8).build();
        } catch (IllegalArgumentException e) {
            throw new InvalidProtocolBufferException("a text is not UTF-8");
        }
    }

    private <M extends MessageLite> M message(Parser<M> parser) throws IOException {
        return in.readMessage(parser, NO_EXTENSIONS);
    }

    private static int delimited(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    /** Protobuf merges a message that comes twice; no sender splits one. */
    private static void once(boolean first) throws IOException {
        if (!first) {
            throw new InvalidProtocolBufferException("a message came in two parts");
        }
    }

    private void skip(int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("a group ended that never began");
        }
    }
}
