package dev.sightline.ingestion.media;

import dev.sightline.base.error.ServiceException;
import dev.sightline.base.media.MediaUrls.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Media in a bucket: the object {@code PREFIX PROJECT/ID}, whose own metadata (type, length, time) are all that is
 * known of it, and an empty object {@code PREFIX traces/PROJECT/ID/TRACE} per trace that refers to it. The SHA-256 goes
 * along as S3's own checksum, so the store itself refuses other content, whoever sends it.
 */
public final class S3Store implements MediaStore, AutoCloseable {
    private final MediaConfig.S3 config;
    private final String bucket;
    private final S3Client client;
    private final S3Presigner presigner;

    public S3Store(MediaConfig.S3 config) {
        this.config = config;
        this.bucket = config.bucket().orElseThrow();
        AwsCredentialsProvider credentials = credentials(config);
        S3Configuration style = S3Configuration.builder().pathStyleAccessEnabled(config.pathStyle()).build();
        var client = S3Client.builder().region(Region.of(config.region())).credentialsProvider(credentials)
                .serviceConfiguration(style)
                // The checksum we give is enough; others are newer than many stores.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(config.timeout().dividedBy(4)).socketTimeout(config.timeout()))
                .overrideConfiguration(override -> override.apiCallTimeout(config.timeout()));
        var presigner = S3Presigner.builder().region(Region.of(config.region())).credentialsProvider(credentials)
                .serviceConfiguration(style);
        config.endpoint().ifPresent(endpoint -> {
            client.endpointOverride(endpoint);
            presigner.endpointOverride(endpoint);
        });
        this.client = client.build();
        this.presigner = presigner.build();
    }

    private static AwsCredentialsProvider credentials(MediaConfig.S3 config) {
        if (config.accessKey().isEmpty()) {
            return DefaultCredentialsProvider.builder().build();
        }
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(config.accessKey().get(),
                config.secretKey().orElseThrow(() -> new IllegalArgumentException(
                        "SIGHTLINE_MEDIA_S3_SECRET_KEY is missing beside SIGHTLINE_MEDIA_S3_ACCESS_KEY"))));
    }

    @Override
    public void close() {
        client.close();
        presigner.close();
    }

    @Override
    public Optional<StoredMedium> find(MediaKey key) {
        try {
            HeadObjectResponse object = client.headObject(head -> head.bucket(bucket).key(name(key)));
            return Optional.of(new StoredMedium(object.contentType(), object.contentLength(), object.lastModified()));
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        } catch (SdkException e) {
            throw MediaStore.away(e);
        }
    }

    /**
     * By way of a temporary file: what a client sends comes once, and a call to the store may have to be repeated, if
     * only because the store has closed the connection that the HTTP client kept.
     */
    @Override
    public void put(MediaKey key, Upload upload, InputStream content) {
        try {
            Path file = Files.createTempFile("sightline-media-", "");
            try (InputStream checked = new CheckedContent(content, upload)) {
                try (OutputStream out = Files.newOutputStream(file)) {
                    checked.transferTo(out);
                }
                client.putObject(request(key, upload), file);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (CheckedContent.WrongContent e) {
            throw ServiceException.invalid("content", e.getMessage());
        } catch (IOException | SdkException e) {
            throw MediaStore.away(e);
        }
    }

    private PutObjectRequest request(MediaKey key, Upload upload) {
        return PutObjectRequest.builder().bucket(bucket).key(name(key)).contentType(upload.contentType())
                .contentLength(upload.contentLength()).checksumSHA256(upload.sha256()).build();
    }

    @Override
    public Optional<InputStream> read(MediaKey key, long from, long length) {
        try {
            return Optional.of(client.getObject(get -> get.bucket(bucket).key(name(key))
                    .range("bytes=" + from + "-" + (from + length - 1))));
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        } catch (SdkException e) {
            throw MediaStore.away(e);
        }
    }

    @Override
    public void link(MediaKey key, String traceId) {
        String link = links(key) + FolderStore.name(traceId);
        try {
            client.putObject(put -> put.bucket(bucket).key(link), RequestBody.empty());
        } catch (SdkException e) {
            throw MediaStore.away(e);
        }
    }

    @Override
    public void unlink(MediaKey key, Collection<String> traceIds) {
        try {
            for (String traceId : traceIds) {
                client.deleteObject(delete -> delete.bucket(bucket).key(links(key) + FolderStore.name(traceId)));
            }
            if (client.listObjectsV2(list -> list.bucket(bucket).prefix(links(key)).maxKeys(1)).contents().isEmpty()) {
                client.deleteObject(delete -> delete.bucket(bucket).key(name(key)));
            }
        } catch (SdkException e) {
            throw MediaStore.away(e);
        }
    }

    @Override
    public Optional<URI> uploadUrl(MediaKey key, Upload upload, Duration lifetime) {
        return !config.direct() ? Optional.empty() : Optional.of(uri(presigner.presignPutObject(presign -> presign
                .signatureDuration(lifetime).putObjectRequest(request(key, upload))).url()));
    }

    @Override
    public Optional<URI> downloadUrl(MediaKey key, Duration lifetime) {
        return !config.direct() ? Optional.empty() : Optional.of(uri(presigner.presignGetObject(presign -> presign
                .signatureDuration(lifetime).getObjectRequest(get -> get.bucket(bucket).key(name(key)))).url()));
    }

    private static URI uri(URL url) {
        try {
            return url.toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the AWS SDK encodes what it signs", e);
        }
    }

    private String prefix() {
        return config.prefix().orElse("");
    }

    private String links(MediaKey key) {
        return prefix() + "traces/" + FolderStore.name(key.projectId()) + "/" + key.mediaId() + "/";
    }

    private String name(MediaKey key) {
        return prefix() + "media/" + FolderStore.name(key.projectId()) + "/" + key.mediaId();
    }
}
