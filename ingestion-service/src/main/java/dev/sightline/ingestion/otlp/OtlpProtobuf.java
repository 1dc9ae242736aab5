package dev.sightline.ingestion.otlp;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads OTLP protobuf. A proto3 parser refuses a whole message for one string that is not UTF-8 or one value nested
 * too deep, and with it all neighbours of the offending span; here bad bytes become U+FFFD, values below
 * {@value #DEPTH_MAX} levels are left empty, and the client is warned. What is not protobuf at all is refused.
 */
public final class OtlpProtobuf {
    private static final int DEPTH_MAX = 64;

    private static final Names NAMES = new Names();

    private OtlpProtobuf() {
    }

    /** @throws ServiceException INVALID_ARGUMENT where nothing can be read, PAYLOAD_TOO_LARGE where it is too much */
    public static DecodedExport decode(byte[] bytes) {
        MessageCount.requireBounded(bytes);
        try {
            return new DecodedExport(new OtlpReader(bytes, NAMES).read(), List.of(), List.of());
        } catch (IOException e) {
            return decodeUnusual(bytes);
        }
    }

    private static DecodedExport decodeUnusual(byte[] bytes) {
        try {
            return new DecodedExport(ExportTraceServiceRequest.parseFrom(bytes), List.of(), List.of());
        } catch (InvalidProtocolBufferException e) {
            return decodeMended(bytes);
        }
    }

    private static DecodedExport decodeMended(byte[] bytes) {
        Mender mender = new Mender();
        try {
            byte[] mended = mender.mend(bytes, ExportTraceServiceRequest.getDescriptor(), 0);
            return new DecodedExport(ExportTraceServiceRequest.parseFrom(mended), List.of(), List.of(
                    mender.mendedStrings + " strings were not UTF-8 and had their bad bytes replaced, "
                            + mender.emptiedValues + " values were nested deeper than " + DEPTH_MAX
                            + " and were left empty"));
        } catch (IOException e) {
            throw ServiceException.of(ErrorCode.INVALID_ARGUMENT,
                    "the body is not an ExportTraceServiceRequest in protobuf: " + e.getMessage());
        }
    }

    private static final class Mender {
        private int mendedStrings;
        private int emptiedValues;

        private byte[] mend(byte[] message, Descriptor type, int depth) throws IOException {
            if (depth > DEPTH_MAX) {
                emptiedValues++;
                return new byte[0];
            }
            CodedInputStream in = CodedInputStream.newInstance(message);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(message.length + 16);
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
                boolean delimited = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
                if (delimited && field != null && field.getType() == FieldDescriptor.Type.MESSAGE) {
                    out.writeUInt32NoTag(tag);
                    out.writeByteArrayNoTag(mend(in.readByteArray(), field.getMessageType(), depth + 1));
                } else if (delimited && field != null && field.getType() == FieldDescriptor.Type.STRING) {
                    out.writeUInt32NoTag(tag);
                    out.writeByteArrayNoTag(mendString(in.readByteArray()));
                } else {
                    in.skipField(tag, out);
                }
            }
            out.flush();
            return bytes.toByteArray();
        }

        private byte[] mendString(byte[] value) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(value));
                return value;
            } catch (CharacterCodingException e) {
                mendedStrings++;
                return new String(value, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
            }
        }
    }
}
