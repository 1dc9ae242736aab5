package dev.sightline.ingestion.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.observation.v1.Event;
import dev.sightline.proto.observation.v1.Observation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MediaPartsTest {
    @TempDir
    Path folder;

    private final byte[] picture = FolderStoreTest.content(3_000);
    private final String uri = "data:image/png;base64," + Base64.getEncoder().encodeToString(picture);
    private final String token = "@@@langfuseMedia:type=image/png|id="
            + Base64.getUrlEncoder().encodeToString(MediaKey.sha256(picture)).substring(0, 22)
            + "|source=base64_data_uri@@@";
    private final Observation observation = Observation.newBuilder()
            .setTraceId(ByteString.copyFrom(HexFormat.of().parseHex("0af7651916cd43dd8448eb211c80319c")))
            .setName("chat").setInput("[{\"url\":\"" + uri + "\"}]").setOutput("seen " + uri)
            .putMetadata("shown", uri).putMetadata("short", "text").putAttributes("raw", uri)
            .setExperimentExpectedOutput(uri)
            .addEvents(Event.newBuilder().setName("first"))
            .addEvents(Event.newBuilder().setName("second").putAttributes("picture", uri).putAttributes("n", "1"))
            .build();

    static MediaConfig config(String... namesAndValues) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().withMapping(MediaConfig.class);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.withDefaultValue("sightline.media." + namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build().getConfigMapping(MediaConfig.class);
    }

    private MediaParts.Request request(MediaConfig config) {
        return new MediaParts(new FolderStore(folder), config, new SimpleMeterRegistry()).request("shop");
    }

    @Test
    void mediaInEveryFieldAreStoredOnceAndReplacedByTheToken() throws IOException {
        Observation moved = request(config()).moveOut(observation);

        assertThat(moved).isEqualTo(observation.toBuilder().setInput("[{\"url\":\"" + token + "\"}]")
                .setOutput("seen " + token).putMetadata("shown", token).putAttributes("raw", token)
                .setExperimentExpectedOutput(token)
                .setEvents(1, observation.getEvents(1).toBuilder().putAttributes("picture", token)).build());
        MediaKey key = MediaKey.of("shop", MediaKey.sha256(picture));
        StoredMedium medium = new FolderStore(folder).find(key).orElseThrow();
        assertThat(medium.contentType()).isEqualTo("image/png");
        assertThat(new FolderStore(folder).read(key, 0, 3_000).orElseThrow().readAllBytes()).isEqualTo(picture);
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> names = files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList();
            assertThat(names).containsExactlyInAnyOrder(key.mediaId(), key.mediaId() + ".json",
                    "0af7651916cd43dd8448eb211c80319c");
        }
    }

    @Test
    void anObservationWithoutMediaIsTheSameObject() {
        Observation plain = observation.toBuilder().clear().setInput("x".repeat(1_000) + " " + token)
                .putMetadata("a", "b").build();
        assertThat(request(config()).moveOut(plain)).isSameAs(plain);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatIsBeyondTheBoundOfARequestStays() {
        MediaParts.Request request = request(config("moved-bytes-per-request-max", "7000"));
        Observation.Builder input = Observation.newBuilder().setInput(uri + " " + uri + " " + uri);

        assertThat(request.moveOut(input.build()).getInput()).isEqualTo(token + " " + token + " " + uri);
        assertThat(request.moveOut(input.build()).getInput()).isEqualTo(input.getInput());
        assertThat(request(config("moved-bytes-min", "3001")).moveOut(observation)).isSameAs(observation);
    }

    @Test
    void withoutAStoreTheRequestIsToComeBack() throws IOException {
        FolderStore unusable = new FolderStore(Files.writeString(folder.resolve("file"), "no folder"));
        MediaParts.Request request = new MediaParts(unusable, config(), new SimpleMeterRegistry()).request("shop");

        assertThatThrownBy(() -> request.moveOut(observation))
                .isInstanceOfSatisfying(ServiceException.class, e ->
                        assertThat(e.code()).isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE));
    }
}
