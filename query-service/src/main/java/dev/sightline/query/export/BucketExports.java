package dev.sightline.query.export;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * Exports in a bucket, an object each, written by way of a temporary file, since a call to the store may have to be
 * repeated. One call stores at most 5 GB, S3's own bound.
 */
final class BucketExports implements ExportFiles, AutoCloseable {
    private final String bucket;
    private final String prefix;
    private final S3Client client;

    BucketExports(ExportConfig.S3 config) {
        this.bucket = config.bucket().orElseThrow();
        this.prefix = config.prefix();
        var client = S3Client.builder().region(Region.of(config.region())).credentialsProvider(credentials(config))
                .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(config.pathStyle()).build())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(config.timeout()))
                .overrideConfiguration(override -> override.apiCallTimeout(config.timeout()));
        config.endpoint().ifPresent(client::endpointOverride);
        this.client = client.build();
    }

    private static AwsCredentialsProvider credentials(ExportConfig.S3 config) {
        if (config.accessKey().isEmpty()) {
            return DefaultCredentialsProvider.builder().build();
        }
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(config.accessKey().get(),
                config.secretKey().orElseThrow(() -> new IllegalArgumentException(
                        "SIGHTLINE_EXPORTS_S3_SECRET_KEY (or SIGHTLINE_MEDIA_S3_SECRET_KEY) is missing beside the "
                                + "access key"))));
    }

    @Override
    public Path scratch(UUID id) throws IOException {
        return Files.createTempFile("sightline-export-", "");
    }

    @Override
    public void store(UUID id, Path written) throws IOException {
        try {
            client.putObject(put -> put.bucket(bucket).key(prefix + id), written);
        } catch (SdkException e) {
            throw ExportFiles.away(e);
        }
        Files.deleteIfExists(written);
    }

    @Override
    public Optional<InputStream> read(UUID id, long from, long length) {
        if (length == 0) {
            return Optional.of(InputStream.nullInputStream());
        }
        try {
            return Optional.of(client.getObject(get -> get.bucket(bucket).key(prefix + id)
                    .range("bytes=" + from + "-" + (from + length - 1))));
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        } catch (SdkException e) {
            throw ExportFiles.away(e);
        }
    }

    @Override
    public void delete(UUID id) {
        try {
            client.deleteObject(delete -> delete.bucket(bucket).key(prefix + id));
        } catch (SdkException e) {
            throw ExportFiles.away(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
