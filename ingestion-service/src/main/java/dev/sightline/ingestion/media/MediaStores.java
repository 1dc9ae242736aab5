package dev.sightline.ingestion.media;

import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** The store that the configuration names: a bucket when there is one, else a folder. */
@Singleton
public class MediaStores {
    private static final Logger LOG = Logger.getLogger(MediaStores.class);

    @Produces
    @Singleton
    MediaStore store(MediaConfig config) {
        if (config.s3().bucket().isPresent()) {
            LOG.infof("media go to the bucket %s", config.s3().bucket().get());
            return new S3Store(config.s3());
        }
        LOG.infof("media go to the folder %s", config.folder().toAbsolutePath());
        return new FolderStore(config.folder());
    }

    void close(@Disposes MediaStore store) {
        if (store instanceof S3Store s3) {
            s3.close();
        }
    }
}
