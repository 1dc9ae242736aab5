package dev.sightline.acceptance.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** OTLP's JSON: as protobuf's, except that ids are hex and enums are numbers. */
public final class OtlpJsonText {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonFormat.Printer PRINTER = JsonFormat.printer().printingEnumsAsInts();

    private OtlpJsonText() {
    }

    public static String of(ExportTraceServiceRequest request) throws InvalidProtocolBufferException {
        try {
            JsonNode root = JSON.readTree(PRINTER.print(request));
            withHexIds(root);
            return root.toString();
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void withHexIds(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (String id : List.of("traceId", "spanId", "parentSpanId")) {
                if (object.path(id).isTextual()) {
                    object.put(id, HexFormat.of().formatHex(Base64.getDecoder().decode(object.get(id).asText())));
                }
            }
        }
        node.forEach(OtlpJsonText::withHexIds);
    }
}
