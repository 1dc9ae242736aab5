package dev.sightline.ingestion.media;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sightline.base.auth.ApiKeys;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.http.ByteRange;
import dev.sightline.base.media.MediaUrls;
import dev.sightline.base.media.MediaUrls.Upload;
import dev.sightline.ingestion.Role;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.config.ConfigMapping;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Langfuse's media API: a client announces a medium by its hash and gets an address to send it to, unless it is there
 * already; sends it, and says how that went. Media are read by a signed address, which needs no key. Content passes
 * through as a stream, never as a whole. Errors have Langfuse's shape.
 */
@Path("/api/public/media")
@RunOnVirtualThread
public class MediaResource {
    private static final Logger LOG = Logger.getLogger(MediaResource.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BODY_BYTES_MAX = 65_536;
    private static final int ID_CHARS_MAX = 1_000;
    private static final Set<String> TRACE_FIELDS = Set.of("input", "output", "metadata");
    private static final Set<String> DATASET_ITEM_FIELDS = Set.of("input", "expectedOutput", "metadata");

    /** Where clients reach this installation. */
    @ConfigMapping(prefix = "sightline")
    public interface PublicAddress {
        /** From SIGHTLINE_PUBLIC_URL; without it, what the request was sent to. */
        Optional<URI> publicUrl();
    }

    record UploadAddress(String mediaId, String uploadUrl) {
    }

    record Medium(String mediaId, String contentType, long contentLength, Instant uploadedAt, String url,
                  Instant urlExpiry) {
    }

    record Failure(String message, String error) {
    }

    private final MediaStore store;
    private final MediaConfig config;
    private final MediaUrls urls;
    private final PublicAddress address;
    private final ApiKeys apiKeys;
    private final Role.Config roles;
    private final MeterRegistry metrics;
    private final Semaphore transfers;

    public MediaResource(MediaStore store, MediaConfig config, MediaUrls urls, PublicAddress address, ApiKeys apiKeys,
                         Role.Config roles, MeterRegistry metrics) {
        this.store = store;
        this.config = config;
        this.urls = urls;
        this.address = address;
        this.apiKeys = apiKeys;
        this.roles = roles;
        this.metrics = metrics;
        this.transfers = new Semaphore(config.transfersMax());
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    public Response announce(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization, @Context UriInfo uri,
                             InputStream body) {
        String projectId = project(authorization);
        JsonNode request = json(body);
        byte[] sha256 = MediaKey.parseSha256("sha256Hash", text(request, "sha256Hash"));
        Upload upload = new Upload(contentType(text(request, "contentType")), contentLength(request),
                text(request, "sha256Hash"));
        Optional<String> traceId = traceId(request);
        MediaKey key = MediaKey.of(projectId, sha256);
        traceId.ifPresent(id -> store.link(key, id));
        if (store.find(key).isPresent()) {
            return Response.ok(new UploadAddress(key.mediaId(), null)).type(MediaType.APPLICATION_JSON_TYPE).build();
        }
        Instant expiry = urls.expiry();
        String url = store.uploadUrl(key, upload, untilThen(expiry)).map(URI::toString)
                .orElseGet(() -> absolute(uri, urls.upload(projectId, key.mediaId(), upload, expiry)));
        return Response.status(Response.Status.CREATED).entity(new UploadAddress(key.mediaId(), url))
                .type(MediaType.APPLICATION_JSON_TYPE).build();
    }

    @PUT
    @Path("{mediaId}/content")
    @Consumes(MediaType.WILDCARD)
    public Response receive(@PathParam("mediaId") String mediaId, @QueryParam("project") String project,
                            @QueryParam("expires") String expires, @QueryParam("contentType") String contentType,
                            @QueryParam("contentLength") String contentLength, @QueryParam("sha256") String sha256,
                            @QueryParam("signature") String signature,
                            @HeaderParam(HttpHeaders.CONTENT_TYPE) String sentType,
                            @HeaderParam(HttpHeaders.CONTENT_LENGTH) String sentLength, InputStream body) {
        requireEdge();
        Upload upload = new Upload(given("contentType", contentType), number("contentLength", contentLength),
                given("sha256", sha256));
        MediaKey key = new MediaKey(given("project", project), mediaId);
        urls.check(key.projectId(), mediaId, number("expires", expires), upload, signature);
        if (!upload.contentType().equals(sentType)) {
            throw ServiceException.invalid(HttpHeaders.CONTENT_TYPE, "is not " + upload.contentType()
                    + ", as it was announced");
        }
        if (sentLength != null && !sentLength.equals(Long.toString(upload.contentLength()))) {
            throw ServiceException.invalid(HttpHeaders.CONTENT_LENGTH, "is not " + upload.contentLength()
                    + ", as it was announced");
        }
        begin();
        try {
            store.put(key, upload, body);
        } finally {
            transfers.release();
        }
        return Response.ok().build();
    }

    @PATCH
    @Path("{mediaId}")
    @Consumes(MediaType.WILDCARD)
    public Response report(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
                           @PathParam("mediaId") String mediaId, InputStream body) {
        MediaKey key = new MediaKey(project(authorization), mediaId);
        JsonNode request = json(body);
        instant("uploadedAt", text(request, "uploadedAt"));
        JsonNode status = request.path("uploadHttpStatus");
        if (!status.isInt()) {
            throw ServiceException.invalid("uploadHttpStatus", "has to be the HTTP status of the upload");
        }
        boolean succeeded = status.intValue() >= 200 && status.intValue() < 300;
        metrics.counter("sightline.media.uploads", "outcome", succeeded ? "stored" : "failed").increment();
        if (succeeded && store.find(key).isEmpty()) {
            throw unknown(key);
        }
        return Response.noContent().build();
    }

    @GET
    @Path("{mediaId}")
    public Response about(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
                          @PathParam("mediaId") String mediaId, @Context UriInfo uri) {
        MediaKey key = new MediaKey(project(authorization), mediaId);
        StoredMedium medium = store.find(key).orElseThrow(() -> unknown(key));
        Instant expiry = urls.expiry();
        String url = store.downloadUrl(key, untilThen(expiry)).map(URI::toString)
                .orElseGet(() -> absolute(uri, urls.download(key.projectId(), mediaId, expiry)));
        return Response.ok(new Medium(mediaId, medium.contentType(), medium.contentLength(), medium.uploadedAt(), url,
                expiry)).type(MediaType.APPLICATION_JSON_TYPE).build();
    }

    /** Apart from GET, so that no content is opened that nobody reads. */
    @HEAD
    @Path("{mediaId}/content")
    public Response head(@PathParam("mediaId") String mediaId, @QueryParam("project") String project,
                         @QueryParam("expires") String expires, @QueryParam("signature") String signature) {
        MediaKey key = signed(mediaId, project, expires, signature);
        StoredMedium medium = store.find(key).orElseThrow(() -> unknown(key));
        return answer(medium, new ByteRange(0, medium.contentLength(), medium.contentLength()), null);
    }

    @GET
    @Path("{mediaId}/content")
    public Response content(@PathParam("mediaId") String mediaId, @QueryParam("project") String project,
                            @QueryParam("expires") String expires, @QueryParam("signature") String signature,
                            @HeaderParam("Range") String range) {
        MediaKey key = signed(mediaId, project, expires, signature);
        StoredMedium medium = store.find(key).orElseThrow(() -> unknown(key));
        ByteRange part = ByteRange.parse(range, medium.contentLength());
        if (part == null) {
            return Response.status(416).header("Content-Range", "bytes */" + medium.contentLength()).build();
        }
        begin();
        try {
            InputStream content = store.read(key, part.from(), part.length()).orElseThrow(() -> unknown(key));
            return answer(medium, part, new TransferStream(content, transfers));
        } catch (RuntimeException e) {
            transfers.release();
            throw e;
        }
    }

    /** Whoever sent the content chose its type: no page of ours may run it. */
    private static Response answer(StoredMedium medium, ByteRange part, InputStream content) {
        Response.ResponseBuilder response = Response.status(part.isAll() ? 200 : 206).entity(content)
                .header(HttpHeaders.CONTENT_TYPE, medium.contentType())
                .header(HttpHeaders.CONTENT_LENGTH, part.length())
                .header("Accept-Ranges", "bytes")
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", "sandbox; default-src 'none'")
                .header(HttpHeaders.CACHE_CONTROL, "private, max-age=3600, immutable");
        if (!ContentTypes.isShown(medium.contentType())) {
            response.header(HttpHeaders.CONTENT_DISPOSITION, "attachment");
        }
        return part.isAll() ? response.build() : response.header("Content-Range", part.header()).build();
    }

    /** Only of this resource: everything else answers in its own protocol's form. */
    @ServerExceptionMapper
    public Response failure(ServiceException e) {
        if (e.code().type() != ErrorCode.Type.USER) {
            LOG.warn("a request for media failed: " + e.getMessage(), e.getCause());
        }
        Response.ResponseBuilder response = Response.status(e.code().httpStatus())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(new Failure(e.field() == null ? e.getMessage() : e.field() + " " + e.getMessage(),
                        e.code().title()));
        if (e.code().type() == ErrorCode.Type.RESOURCES || e.code().type() == ErrorCode.Type.EXTERNAL) {
            response.header(HttpHeaders.RETRY_AFTER, 1);
        }
        return response.build();
    }

    private MediaKey signed(String mediaId, String project, String expires, String signature) {
        requireEdge();
        MediaKey key = new MediaKey(given("project", project), mediaId);
        urls.check(key.projectId(), mediaId, number("expires", expires), null, signature);
        return key;
    }

    private String project(String authorization) {
        requireEdge();
        ApiKeys.Key key = apiKeys.resolve(authorization);
        ApiKeys.requireFull(key);
        return key.projectId();
    }

    private void requireEdge() {
        if (!roles.roles().contains(Role.EDGE)) {
            throw ServiceException.of(ErrorCode.DEPENDENCY_UNAVAILABLE, "this process does not have the role edge");
        }
    }

    private void begin() {
        if (!transfers.tryAcquire()) {
            throw ServiceException.of(ErrorCode.OVERLOADED, "too many media are being sent or fetched; try again");
        }
    }

    private String absolute(UriInfo uri, String path) {
        String base = address.publicUrl().orElseGet(uri::getBaseUri).toString();
        return (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path;
    }

    private static Duration untilThen(Instant expiry) {
        return Duration.between(Instant.now(), expiry);
    }

    private static ServiceException unknown(MediaKey key) {
        return ServiceException.of(ErrorCode.NOT_FOUND, "this project has no medium " + key.mediaId()
                + "; it may not have been uploaded");
    }

    private static JsonNode json(InputStream body) {
        try {
            byte[] bytes = body.readNBytes(BODY_BYTES_MAX + 1);
            if (bytes.length > BODY_BYTES_MAX) {
                throw ServiceException.of(ErrorCode.PAYLOAD_TOO_LARGE, "the body is larger than " + BODY_BYTES_MAX
                        + " bytes; the content itself goes to uploadUrl");
            }
            JsonNode json = JSON.readTree(bytes);
            if (json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            // Its message may quote the body.
        } catch (IOException e) {
            throw ServiceException.invalid("body", "can't be read");
        }
        throw ServiceException.invalid("body", "is not a JSON object");
    }

    private static String text(JsonNode request, String field) {
        JsonNode value = request.path(field);
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw ServiceException.invalid(field, "is missing or not a text");
        }
        return value.textValue();
    }

    private static String contentType(String type) {
        if (!ContentTypes.isOne(type)) {
            throw ServiceException.invalid("contentType", "is not a media type such as image/png, without parameters");
        }
        return type;
    }

    private long contentLength(JsonNode request) {
        JsonNode length = request.path("contentLength");
        if (!length.isIntegralNumber() || length.longValue() < 1 || length.longValue() > config.uploadBytesMax()) {
            throw ServiceException.invalid("contentLength", "has to be a number of bytes from 1 to "
                    + config.uploadBytesMax());
        }
        return length.longValue();
    }

    /** Of the trace that the medium belongs to; empty when it belongs to a dataset item. */
    private static Optional<String> traceId(JsonNode request) {
        boolean trace = request.hasNonNull("traceId");
        boolean datasetItem = request.hasNonNull("datasetId") && request.hasNonNull("datasetItemId");
        if (trace == datasetItem) {
            throw ServiceException.invalid("traceId", "give either it or datasetId and datasetItemId");
        }
        Set<String> fields = trace ? TRACE_FIELDS : DATASET_ITEM_FIELDS;
        if (!fields.contains(text(request, "field"))) {
            throw ServiceException.invalid("field", "has to be one of " + String.join(", ",
                    fields.stream().sorted().toList()));
        }
        if (!trace) {
            return Optional.empty();
        }
        String traceId = text(request, "traceId");
        if (traceId.length() > ID_CHARS_MAX) {
            throw ServiceException.invalid("traceId", "has more than " + ID_CHARS_MAX + " characters");
        }
        return Optional.of(traceId);
    }

    private static void instant(String field, String value) {
        try {
            Instant.parse(value);
        } catch (DateTimeException e) {
            throw ServiceException.invalid(field, "is not a time in ISO-8601, such as 2026-11-25T12:00:00Z");
        }
    }

    private static String given(String parameter, String value) {
        if (value == null || value.isEmpty()) {
            throw ServiceException.invalid(parameter, "is missing; use the address exactly as it was given out");
        }
        return value;
    }

    private static long number(String parameter, String value) {
        try {
            return Long.parseLong(given(parameter, value));
        } catch (NumberFormatException e) {
            throw ServiceException.invalid(parameter, "is not a number; use the address exactly as it was given out");
        }
    }
}
