package dev.sightline.base.error;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.core.Response;

/**
 * An error answer of our own HTTP APIs by RFC 9457 (application/problem+json). {@code field} is our extension member:
 * the parameter, header or body path that is wrong. {@code position} and {@code length}, in code points, say where in the
 * field's text, if that is known.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(String type, String title, int status, String detail, String field,
        Integer position, Integer length) {
    public static final String MEDIA_TYPE = "application/problem+json";

    public static Problem of(ServiceException e) {
        String type = "urn:sightline:problem:" + e.code().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        return new Problem(type, e.code().title(), e.code().httpStatus(), e.getMessage(), e.field(),
                e.range() == null ? null : e.range().position(), e.range() == null ? null : e.range().length());
    }

    public Response toResponse() {
        return Response.status(status).type(MEDIA_TYPE).entity(this).build();
    }
}
