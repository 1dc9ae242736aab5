package dev.sightline.ingestion.mapping;

/** Puts a system instruction that was sent apart from the messages in front of them. */
final class StructuredMessages {
    private StructuredMessages() {
    }

    /**
     * The messages as they were sent, with one system message before them. Messages that are not a JSON array become
     * one user message, so that the result always is an array.
     *
     * @param instructions a JSON array of parts by the GenAI conventions, or text
     */
    static String withSystem(String instructions, String messages) {
        StringBuilder json = new StringBuilder(instructions.length() + messages.length() + 64);
        system(json.append('['), instructions);
        String trimmed = messages.strip();
        if (trimmed.startsWith("[") && trimmed.endsWith("]")) {
            String rest = trimmed.substring(1);
            json.append(rest.strip().equals("]") ? "" : ",").append(rest);
        } else {
            json.append(",{\"role\":\"user\",\"content\":");
            Json.embed(json, messages);
            json.append("}]");
        }
        return json.toString();
    }

    /** The instruction alone, as an array of one system message. */
    static String systemOnly(String instructions) {
        StringBuilder json = new StringBuilder(instructions.length() + 64);
        system(json.append('['), instructions);
        return json.append(']').toString();
    }

    private static void system(StringBuilder json, String instructions) {
        if (Json.firstChar(instructions) == '[' && Json.isContainer(instructions)) {
            json.append("{\"role\":\"system\",\"parts\":").append(instructions);
        } else {
            json.append("{\"role\":\"system\",\"content\":");
            Json.quote(json, Json.unquote(instructions));
        }
        json.append('}');
    }
}
