package dev.sightline.query.http;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import org.jboss.logging.Logger;

/**
 * A file on its way to a client. Where the source ends with an error after the first bytes, the connection is cut, so
 * that no client takes what it has for the whole file.
 */
public final class FileAnswer {
    private static final Logger LOG = Logger.getLogger(FileAnswer.class);

    private FileAnswer() {
    }

    /** Reads and closes {@code content} when the answer is written. */
    public static Response.ResponseBuilder of(InputStream content, String mediaType, String fileName,
            HttpServerRequest http) {
        StreamingOutput body = out -> {
            try (content) {
                content.transferTo(out);
                out.flush();
            } catch (IOException | RuntimeException e) {
                LOG.warnf("a file was cut short: %s", e.getMessage());
                http.connection().close();
                throw e;
            }
        };
        return Response.ok(body, mediaType)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + fileName + "\"");
    }
}
