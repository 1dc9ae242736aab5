package dev.sightline.query.savedview;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.sightline.base.error.ServiceException;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A table of traces under a name that everybody in the project sees: filters, time range and columns, as the traces'
 * page has them in its address. What they mean is the page's affair: here they are a JSON object of bounded size, given
 * back as it came. {@code createdBy} stays who made it first; {@code updatedAt} is when it was last written, in UTC.
 */
@JsonNaming(SnakeCaseStrategy.class)
public record SavedView(@Schema(description = "A UUID") String id,
        @Schema(description = "No two views of a project have the same") String name,
        @Schema(description = "What the traces' page has in its address, such as query, range and columns")
        Map<String, Object> search,
        @Schema(description = "Id of the user who made it, or the public key that did") String createdBy,
        Instant updatedAt) {

    /** What people say of a view. */
    @Schema(name = "SavedViewRequest")
    public record Content(@Schema(description = "1 to 100 characters; no other view of the project has it") String name,
            @Schema(description = "What the traces' page has in its address; at most 16,384 bytes of JSON")
            Map<String, Object> search) {
        static final int NAME_LENGTH_MAX = 100;

        /** Throws INVALID_ARGUMENT for the first thing that is wrong. The size of {@code search} is the store's to know. */
        Content checked() {
            if (name == null || name.isBlank() || name.strip().length() > NAME_LENGTH_MAX) {
                throw ServiceException.invalid("name", "must have 1 to " + NAME_LENGTH_MAX + " characters");
            }
            if (name.chars().anyMatch(Character::isISOControl)) {
                throw ServiceException.invalid("name", "must not have control characters, such as line ends");
            }
            if (search == null) {
                throw ServiceException.invalid("search", "is missing: send an object, {} for the table as it is at first");
            }
            return new Content(name.strip(), search);
        }
    }
}
