package dev.sightline.evaluator.trace;

/** One message of a conversation: who said it, and its text without images, tool calls and reasoning. Never blank. */
public record Message(Role role, String text) {
    /** Who speaks. OTHER is a role that we do not know: neither ignored nor taken for somebody else. */
    public enum Role { USER, ASSISTANT, SYSTEM, TOOL, OTHER }

    /** Messages are user data: never in a log by way of toString. */
    @Override
    public String toString() {
        return "Message[role=" + role + ", characters=" + text.length() + "]";
    }
}
