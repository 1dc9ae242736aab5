package dev.sightline.query.export;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Holds the finished files of exports; a file is there in full or not at all. All methods block, are thread-safe, and
 * throw IOException or DEPENDENCY_UNAVAILABLE when the store can't be used now.
 */
sealed interface ExportFiles permits FolderExports, BucketExports {
    /** Where to write a file before it is stored; the caller deletes it when it does not come to that. */
    Path scratch(UUID id) throws IOException;

    /** Stores what was written, durably when this returns, and takes it from the scratch place. */
    void store(UUID id, Path written) throws IOException;

    /** The bytes from {@code from} on, {@code length} of them; empty when there is no such file. */
    Optional<InputStream> read(UUID id, long from, long length);

    /** Deletes the file, if it is there. */
    void delete(UUID id) throws IOException;

    static ServiceException away(Exception cause) {
        return ServiceException.of(ErrorCode.DEPENDENCY_UNAVAILABLE,
                "the store of exports can't be used now; try again", cause);
    }

    /** The store that the configuration names. */
    @Singleton
    class Chosen {
        @Produces
        @Singleton
        ExportFiles files(ExportConfig config) {
            return config.s3().bucket().isPresent() ? new BucketExports(config.s3())
                    : new FolderExports(config.folder());
        }

        void close(@Disposes ExportFiles files) {
            if (files instanceof BucketExports bucket) {
                bucket.close();
            }
        }
    }
}
