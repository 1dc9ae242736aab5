package dev.sightline.base.guard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.json.ProtoJson;
import dev.sightline.proto.guard.v1.CheckRequest;

/** The JSON of a guard check: {@link CheckRequest}, whose {@code policy} is a name or the policy itself. */
public final class CheckBody {
    private static final ObjectMapper JSON = new ObjectMapper();

    private CheckBody() {
    }

    /** Throws INVALID_ARGUMENT, which names the field and never quotes a value. */
    public static CheckRequest read(String body) {
        JsonNode json;
        try {
            json = JSON.readTree(body == null ? "" : body);
        } catch (JsonProcessingException e) {
            throw ServiceException.invalid("body", "is not JSON");
        }
        if (!(json instanceof ObjectNode object)) {
            throw ServiceException.invalid("body", "must be a JSON object");
        }
        if (object.path("policy").isObject()) {
            object.set("inline_policy", object.remove("policy"));
        }
        for (String text : new String[] {"direction", "text", "policy", "system_prompt", "context", "environment",
            "session_id", "user_id"}) {
            if (object.hasNonNull(text) && !object.path(text).isTextual()) {
                throw ServiceException.invalid(text, "must be text");
            }
        }
        if (!object.hasNonNull("text")) {
            throw ServiceException.invalid("text", "is missing");
        }
        return ProtoJson.parse(object.toString(), CheckRequest.newBuilder()).build();
    }
}
