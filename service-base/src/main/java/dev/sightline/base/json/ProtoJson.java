package dev.sightline.base.json;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import dev.sightline.base.error.ServiceException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Messages of proto as the JSON of REST and back: field names as the proto has them, times as ISO-8601, fields without a
 * value written with their default unless they are optional.
 */
public final class ProtoJson {
    private static final JsonFormat.Printer PRINTER = JsonFormat.printer().preservingProtoFieldNames()
            .alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace();
    private static final JsonFormat.Parser STRICT = JsonFormat.parser();
    private static final JsonFormat.Parser LENIENT = JsonFormat.parser().ignoringUnknownFields();
    private static final Pattern UNKNOWN_FIELD = Pattern.compile("Cannot find field: (\\w{1,64}) in message");

    private ProtoJson() {
    }

    public static String print(MessageOrBuilder message) {
        try {
            return PRINTER.print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("our messages hold no google.protobuf.Any", e);
        }
    }

    /** What a caller sent. Throws INVALID_ARGUMENT, which names an unknown field and never quotes a value. */
    public static <B extends Message.Builder> B parse(String json, B builder) {
        try {
            STRICT.merge(json, builder);
            return builder;
        } catch (InvalidProtocolBufferException e) {
            Matcher unknown = UNKNOWN_FIELD.matcher(String.valueOf(e.getMessage()));
            throw unknown.find() ? ServiceException.invalid(unknown.group(1), "is not a field of this")
                    : ServiceException.invalid("body", "is not the JSON object that is expected here");
        }
    }

    /** What we stored ourselves, perhaps in a later release: unknown fields are passed over. */
    public static <B extends Message.Builder> B read(String json, B builder) {
        try {
            LENIENT.merge(json, builder);
            return builder;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a stored document can't be read", e);
        }
    }
}
