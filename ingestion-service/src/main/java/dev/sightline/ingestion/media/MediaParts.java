package dev.sightline.ingestion.media;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.media.MediaUrls.Upload;
import dev.sightline.proto.observation.v1.Event;
import dev.sightline.proto.observation.v1.Observation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Moves media out of observations: what stands in them as base64 is stored, and Langfuse's token for it takes its
 * place, so that spans stay small and the same picture is kept once however often an agent sends it. An observation
 * that comes back is backed by the store: all its media are durable. Thread-safe; blocks only where there are media.
 */
@Singleton
public final class MediaParts {
    private static final boolean SEEN = true;

    private final MediaStore store;
    private final MediaConfig config;
    private final int charsMin;
    /** What was linked and stored a moment ago. */
    private final Cache<Use, Boolean> known;
    private final Counter moved;
    private final Counter movedBytes;

    /** A medium in a trace. */
    private record Use(MediaKey key, String traceId) {
    }

    public MediaParts(MediaStore store, MediaConfig config, MeterRegistry metrics) {
        this.store = store;
        this.config = config;
        this.charsMin = MediaText.charsOf(config.movedBytesMin());
        this.known = Caffeine.newBuilder().maximumSize(config.knownMax()).expireAfterWrite(config.knownFor()).build();
        this.moved = metrics.counter("sightline.media.moved");
        this.movedBytes = metrics.counter("sightline.media.moved.bytes");
    }

    /** For the observations of one request, which share {@link MediaConfig#movedBytesPerRequestMax()}. */
    public Request request(String projectId) {
        return new Request(projectId);
    }

    /** The observations of one request. Not thread-safe. */
    public final class Request {
        private final String projectId;
        private long bytesLeft = config.movedBytesPerRequestMax();

        private Request(String projectId) {
            this.projectId = projectId;
        }

        /**
         * The observation without its media: in input, output, expected output, metadata, attributes and the
         * attributes of its events. The same object when there are none.
         *
         * @throws ServiceException DEPENDENCY_UNAVAILABLE when the store can't be used now; the request shall come back
         */
        public Observation moveOut(Observation observation) {
            Rewrite rewrite = new Rewrite(observation);
            rewrite.contents();
            rewrite.maps();
            return rewrite.result == null ? observation : rewrite.result.build();
        }

        /** One observation on its way; the builder is made when something changes. */
        private final class Rewrite {
            private final Observation observation;
            private Observation.Builder result;

            Rewrite(Observation observation) {
                this.observation = observation;
            }

            private Observation.Builder result() {
                if (result == null) {
                    result = observation.toBuilder();
                }
                return result;
            }

            @SuppressWarnings("StringEquality")
            private void contents() {
                String input = rewritten(observation.getInput());
                if (input != observation.getInput()) {
                    result().setInput(input);
                }
                String output = rewritten(observation.getOutput());
                if (output != observation.getOutput()) {
                    result().setOutput(output);
                }
                String expected = rewritten(observation.getExperimentExpectedOutput());
                if (expected != observation.getExperimentExpectedOutput()) {
                    result().setExperimentExpectedOutput(expected);
                }
            }

            private void maps() {
                rewritten(observation.getMetadataMap(), (name, value) -> result().putMetadata(name, value));
                rewritten(observation.getAttributesMap(), (name, value) -> result().putAttributes(name, value));
                for (int i = 0; i < observation.getEventsCount(); i++) {
                    int index = i;
                    rewritten(observation.getEvents(i).getAttributesMap(), (name, value) -> {
                        Event.Builder event = result().getEventsBuilder(index);
                        event.putAttributes(name, value);
                    });
                }
            }

            @SuppressWarnings("StringEquality")
            private void rewritten(Map<String, String> values, BiConsumer<String, String> changed) {
                values.forEach((name, value) -> {
                    String rewritten = rewritten(value);
                    if (rewritten != value) {
                        changed.accept(name, rewritten);
                    }
                });
            }

            private String rewritten(String text) {
                return MediaText.moveOut(text, charsMin, this::move);
            }

            private String move(String contentType, byte[] content) {
                if (content.length < config.movedBytesMin() || content.length > bytesLeft) {
                    return null;
                }
                bytesLeft -= content.length;
                String id = keep(projectId, traceId(observation), contentType, content);
                return "@@@langfuseMedia:type=" + contentType + "|id=" + id + "|source=base64_data_uri@@@";
            }
        }
    }

    private static String traceId(Observation observation) {
        return observation.getExternalTraceId().isEmpty()
                ? HexFormat.of().formatHex(observation.getTraceId().toByteArray()) : observation.getExternalTraceId();
    }

    /** The link comes first: whoever removes media without a link never removes one that is about to be used. */
    private String keep(String projectId, String traceId, String contentType, byte[] content) {
        byte[] sha256 = MediaKey.sha256(content);
        MediaKey key = MediaKey.of(projectId, sha256);
        Use use = new Use(key, traceId);
        if (known.getIfPresent(use) == null) {
            store.link(key, traceId);
            if (store.find(key).isEmpty()) {
                store.put(key, new Upload(contentType, content.length, Base64.getEncoder().encodeToString(sha256)),
                        new ByteArrayInputStream(content));
            }
            known.put(use, SEEN);
        }
        moved.increment();
        movedBytes.increment(content.length);
        return key.mediaId();
    }
}
