package dev.sightline.ingestion.mapping;

import io.opentelemetry.proto.common.v1.AnyValue;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads what a span says of its trace: whose it is, which conversation, where it ran. */
public final class TraceFields {
    private static final Key[] USER_ID = {Key.LANGFUSE_USER_ID, Key.USER_ID,
        Key.LANGFUSE_OBSERVATION_METADATA_USER_ID, Key.LANGFUSE_TRACE_METADATA_USER_ID, Key.AI_USER_ID,
        Key.TRACELOOP_USER_ID};
    private static final Key[] SESSION_ID = {Key.LANGFUSE_SESSION_ID, Key.SESSION_ID, Key.CONVERSATION_ID,
        Key.LANGFUSE_OBSERVATION_METADATA_SESSION_ID, Key.LANGFUSE_TRACE_METADATA_SESSION_ID, Key.AI_SESSION_ID,
        Key.TRACELOOP_SESSION_ID, Key.ADK_SESSION_ID};
    private static final Key[] TAGS = {Key.LANGFUSE_TRACE_TAGS, Key.LANGFUSE_TAGS,
        Key.LANGFUSE_OBSERVATION_METADATA_TAGS, Key.LANGFUSE_TRACE_METADATA_TAGS, Key.AI_TAGS, Key.TAG_TAGS};
    public static final int TAGS_MAX = 100;
    private static final int PIECES_MAX = 1_000;
    private static final String DEFAULT_ENVIRONMENT = "default";
    private static final String RESERVED_PREFIX = "langfuse";
    private static final int ENVIRONMENT_CHARS_MAX = 40;

    private TraceFields() {
    }

    static String userId(SpanAttributes attributes) {
        String user = attributes.text(USER_ID);
        return user.isEmpty() ? Json.unquote(attributes.text(Key.MLFLOW_USER)) : user;
    }

    static String sessionId(SpanAttributes attributes) {
        String session = attributes.text(SESSION_ID);
        return session.isEmpty() ? Json.unquote(attributes.text(Key.MLFLOW_SESSION)) : session;
    }

    /** Tags in the order sent, each once, at most a hundred. */
    static Collection<String> tags(SpanAttributes attributes) {
        for (Key key : TAGS) {
            AnyValue value = attributes.peek(key);
            if (value != null) {
                attributes.take(key);
                Set<String> tags = new LinkedHashSet<>();
                for (String tag : split(value)) {
                    if (!tag.isBlank() && tags.size() < TAGS_MAX) {
                        tags.add(tag.strip());
                    }
                }
                return tags;
            }
        }
        return List.of();
    }

    private static List<String> split(AnyValue value) {
        List<String> texts = ModelReader.texts(value);
        if (texts.size() != 1 || value.hasArrayValue() || texts.getFirst().indexOf(',') < 0) {
            return texts;
        }
        // What follows the thousandth comma stays in one piece, which is not a tag.
        List<String> pieces = List.of(texts.getFirst().split(",", PIECES_MAX));
        return pieces.size() < PIECES_MAX ? pieces : pieces.subList(0, PIECES_MAX - 1);
    }

    static boolean isPublic(SpanAttributes attributes) {
        Key key = attributes.has(Key.LANGFUSE_TRACE_PUBLIC) ? Key.LANGFUSE_TRACE_PUBLIC : Key.LANGFUSE_PUBLIC;
        attributes.take(key);
        return attributes.isTrue(key);
    }

    /** The environment, normalised; each name is asked on the span first, then on the resource. */
    static String environment(SpanAttributes attributes, ResourceContext resource) {
        String environment = first(attributes, Key.LANGFUSE_ENVIRONMENT, resource.langfuseEnvironment());
        if (environment.isEmpty()) {
            environment = first(attributes, Key.DEPLOYMENT_ENVIRONMENT_NAME, resource.deploymentEnvironmentName());
        }
        if (environment.isEmpty()) {
            environment = first(attributes, Key.DEPLOYMENT_ENVIRONMENT, resource.deploymentEnvironment());
        }
        return normalEnvironment(environment);
    }

    static String release(SpanAttributes attributes, ResourceContext resource) {
        return first(attributes, Key.LANGFUSE_RELEASE, resource.release());
    }

    static String version(SpanAttributes attributes, ResourceContext resource) {
        return first(attributes, Key.LANGFUSE_VERSION, resource.serviceVersion());
    }

    private static String first(SpanAttributes attributes, Key key, String otherwise) {
        return attributes.has(key) ? attributes.text(key) : otherwise;
    }

    /**
     * Lower case, `a-z`, `0-9`, `-` and `_` only (anything else becomes a dash), without the prefix `langfuse`, at most
     * 40 characters; `default` where nothing remains.
     */
    public static String normalEnvironment(String environment) {
        if (isNormal(environment)) {
            return environment;
        }
        StringBuilder normal = new StringBuilder(Math.min(environment.length(), 64));
        String stripped = environment.strip();
        for (int i = 0; i < stripped.length() && normal.length() < 2 * ENVIRONMENT_CHARS_MAX; i++) {
            char c = Character.toLowerCase(stripped.charAt(i));
            normal.append(isAllowed(c) ? c : '-');
        }
        while (normal.indexOf(RESERVED_PREFIX) == 0) {
            normal.delete(0, RESERVED_PREFIX.length());
            while (!normal.isEmpty() && (normal.charAt(0) == '-' || normal.charAt(0) == '_')) {
                normal.deleteCharAt(0);
            }
        }
        normal.setLength(Math.min(normal.length(), ENVIRONMENT_CHARS_MAX));
        return normal.isEmpty() ? DEFAULT_ENVIRONMENT : normal.toString();
    }

    private static boolean isNormal(String environment) {
        if (environment.isEmpty() || environment.length() > ENVIRONMENT_CHARS_MAX
                || environment.startsWith(RESERVED_PREFIX)) {
            return false;
        }
        for (int i = 0; i < environment.length(); i++) {
            if (!isAllowed(environment.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAllowed(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_';
    }
}
