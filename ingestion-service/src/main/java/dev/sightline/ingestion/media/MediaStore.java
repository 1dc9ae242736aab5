package dev.sightline.ingestion.media;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.media.MediaUrls.Upload;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * Holds media and everything that is known of them; there is no second place. A medium is there in full or not at all,
 * and is the content that its id says. All methods block, are thread-safe, and throw DEPENDENCY_UNAVAILABLE when the
 * store can't be used now.
 */
public sealed interface MediaStore permits FolderStore, S3Store {
    Optional<StoredMedium> find(MediaKey key);

    /**
     * Stores a medium, durably when this returns. Storing what is there changes nothing.
     *
     * @throws ServiceException INVALID_ARGUMENT when the content is not what {@code upload} says
     */
    void put(MediaKey key, Upload upload, InputStream content);

    /**
     * The bytes from {@code from} on, {@code length} of them; empty when there is no such medium. The caller closes it.
     */
    Optional<InputStream> read(MediaKey key, long from, long length);

    /** Remembers that a trace refers to the medium, which need not be there yet. */
    void link(MediaKey key, String traceId);

    /**
     * Forgets that a trace refers to the medium, and deletes the medium when nothing refers to it any more. Repeating it
     * does no harm.
     */
    void unlink(MediaKey key, Collection<String> traceIds);

    /** Where a client sends the content without us; empty when it has to go through us. */
    Optional<URI> uploadUrl(MediaKey key, Upload upload, Duration lifetime);

    /** Where a client fetches the content without us; empty when it has to go through us. */
    Optional<URI> downloadUrl(MediaKey key, Duration lifetime);

    static ServiceException away(Exception cause) {
        return ServiceException.of(ErrorCode.DEPENDENCY_UNAVAILABLE, "the media store can't be used now; try again",
                cause);
    }
}
