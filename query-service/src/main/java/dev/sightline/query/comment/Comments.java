package dev.sightline.query.comment;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.control.ControlData;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Comments, in PostgreSQL. Thread-safe, blocking. */
@Singleton
public class Comments {
    private static final Set<String> OBJECT_TYPES = Set.of("TRACE", "OBSERVATION", "SESSION", "PROMPT");
    private static final int CONTENT_CHARS_MAX = 5_000;
    private static final int ID_CHARS_MAX = 1_000;
    /** Parameters that were not given. */
    private static final String WHERE = "projectId = ?1 and (?2 = '' or objectType = ?2) and (?3 = '' or objectId = ?3)"
            + " and (?4 = '' or authorUserId = ?4)";

    private final ControlData control;

    Comments(ControlData control) {
        this.control = control;
    }

    /** Which comments a list holds; empty strings are not asked for. */
    public record Asked(String objectType, String objectId, String authorUserId) {
        /** Throws INVALID_ARGUMENT that names the field. */
        public Asked {
            objectType = objectType.isEmpty() ? "" : type(objectType);
            if (objectType.isEmpty() && !objectId.isEmpty()) {
                throw ServiceException.invalid("objectType", "is needed beside objectId");
            }
        }
    }

    /** Newest first: one page, and how many there are on all of them. */
    public record Page(List<Comment> comments, long totalItems) {
    }

    public Page page(ProjectScope scope, Asked asked, long offset, int limit) {
        Object[] values = {scope.projectId(), asked.objectType, asked.objectId, asked.authorUserId};
        return new Page(control.read(() -> Comment.<Comment>find(WHERE + " order by createdAt desc, id", values)
                .range((int) Math.min(offset, Integer.MAX_VALUE - limit), (int) Math.min(offset + limit - 1,
                        Integer.MAX_VALUE - 1)).list()),
                control.read(() -> Comment.count(WHERE, values)));
    }

    public Optional<Comment> get(ProjectScope scope, String id) {
        return Optional.ofNullable(control.read(() -> Comment.<Comment>find("id = ?1 and projectId = ?2", id,
                scope.projectId()).firstResult()));
    }

    /** Throws INVALID_ARGUMENT that names the field. */
    public Comment create(ProjectScope scope, String objectType, String objectId, String content,
            String authorUserId) {
        if (objectId == null || objectId.isBlank() || objectId.length() > ID_CHARS_MAX) {
            throw ServiceException.invalid("objectId", "must have 1 to " + ID_CHARS_MAX + " characters");
        }
        if (content == null || content.isBlank() || content.length() > CONTENT_CHARS_MAX) {
            throw ServiceException.invalid("content", "must have 1 to " + CONTENT_CHARS_MAX + " characters");
        }
        Comment comment = new Comment();
        comment.id = UUID.randomUUID().toString();
        comment.projectId = scope.projectId();
        comment.objectType = type(objectType);
        comment.objectId = objectId;
        comment.content = content;
        comment.authorUserId = authorUserId;
        comment.createdAt = Instant.now();
        comment.updatedAt = comment.createdAt;
        control.write(() -> comment.persist());
        return comment;
    }

    private static String type(String objectType) {
        String type = objectType == null ? "" : objectType.toUpperCase(Locale.ROOT);
        if (!OBJECT_TYPES.contains(type)) {
            throw ServiceException.invalid("objectType", "must be TRACE, OBSERVATION, SESSION or PROMPT");
        }
        return type;
    }
}
