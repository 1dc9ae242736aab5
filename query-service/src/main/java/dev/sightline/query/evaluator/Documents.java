package dev.sightline.query.evaluator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.json.ProtoJson;

/** Bodies of requests and answers: the JSON form of evaluator-service's messages. */
final class Documents {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Documents() {
    }

    static String one(Message message) {
        return ProtoJson.print(message);
    }

    /** A list of this API: all at once, since it is bounded. */
    static String list(Message response) {
        try {
            ObjectNode list = (ObjectNode) JSON.readTree(ProtoJson.print(response));
            list.putNull("next_cursor");
            return JSON.writeValueAsString(list);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what we print is JSON", e);
        }
    }

    static <B extends Message.Builder> B parse(String body, B builder) {
        if (body == null || body.isBlank()) {
            throw ServiceException.invalid("body", "is missing; send a JSON object");
        }
        return ProtoJson.parse(body, builder);
    }

    /** The fields that a body names at its top: what a PATCH changes. */
    static FieldMask fields(String body) {
        FieldMask.Builder mask = FieldMask.newBuilder();
        try {
            JsonNode node = JSON.readTree(body);
            node.fieldNames().forEachRemaining(mask::addPaths);
        } catch (JsonProcessingException e) {
            throw ServiceException.invalid("body", "is not JSON");
        }
        return mask.build();
    }
}
