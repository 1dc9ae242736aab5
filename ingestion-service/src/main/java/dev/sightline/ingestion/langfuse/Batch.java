package dev.sightline.ingestion.langfuse;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.proto.control.v1.Access;
import dev.sightline.proto.control.v1.AddRunItemRequest;
import dev.sightline.proto.observation.v1.ObservationPatch;
import dev.sightline.proto.score.v1.Score;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/**
 * A batch understood: what is to be stored, and the answer to each of its events. Every event is answered once, in the
 * order sent, as stored or as refused; none ever costs another.
 *
 * @param patches creates before updates, each by time
 * @param runItems how many events about runs of datasets were kept on the way
 * @param dropped  events that are answered as stored and kept by nobody
 */
record Batch(List<ObservationPatch> patches, List<Score> scores, int runItems, int dropped, Answer answer) {
    private static final Logger LOG = Logger.getLogger(Batch.class);
    private static final String NO_ID = "unknown";
    private static final Comparator<ObservationPatch> MERGE_ORDER = Comparator
            .comparing((ObservationPatch patch) -> !patch.getCreate()).thenComparing(ObservationPatch::getEventUnixNano);

    /** The body of the answer. */
    record Answer(List<Success> successes, List<Failure> errors) {
    }

    /** An event that is stored. */
    record Success(String id, int status) {
    }

    /** An event that is not: {@code message} says why and names the field. */
    record Failure(String id, int status, String message, String error) {
        static Failure of(String id, ServiceException e) {
            return new Failure(id, e.code().httpStatus(),
                    e.field() == null ? e.getMessage() : e.field() + ": " + e.getMessage(), e.code().title());
        }
    }

    /** Reads batches within the bounds of a {@link LangfuseConfig}. Stateless. */
    static final class Reader {
        private final LangfuseConfig config;
        private final EventMapper mapper;
        private final ScoreReader scores;

        Reader(LangfuseConfig config) {
            this.config = config;
            this.mapper = new EventMapper(config.metadataEntriesMax(), config.eventBytesMax());
            this.scores = new ScoreReader(config.scoreBytesMax());
        }

        /**
         * @param access      with SCORES only scores are taken
         * @param nowUnixNano when the request came in
         * @param prepare     what is done to each patch before it may be stored
         * @param runItems    keeps what came of a dataset's item, or throws
         * @throws ServiceException INVALID_ARGUMENT for a request that is no batch, PAYLOAD_TOO_LARGE
         */
        Batch read(byte[] request, Access access, long nowUnixNano, UnaryOperator<ObservationPatch> prepare,
                   Consumer<AddRunItemRequest> runItems) {
            Reading reading = new Reading(access, nowUnixNano, EventTimes.of(config, nowUnixNano), prepare, runItems);
            for (RequestJson.Event event : RequestJson.batch(request, config.eventsMax())) {
                reading.add(event);
            }
            reading.patches.sort(MERGE_ORDER);
            return new Batch(reading.patches, reading.scores, reading.runItemsKept, reading.dropped,
                    new Answer(reading.successes, reading.errors));
        }

        private final class Reading {
            private final Access access;
            private final long nowUnixNano;
            private final EventTimes times;
            private final UnaryOperator<ObservationPatch> prepare;
            private final Consumer<AddRunItemRequest> runItems;
            private final List<ObservationPatch> patches = new ArrayList<>();
            private final List<Score> scores = new ArrayList<>();
            private final List<Success> successes = new ArrayList<>();
            private final List<Failure> errors = new ArrayList<>();
            private int runItemsKept;
            private int dropped;

            Reading(Access access, long nowUnixNano, EventTimes times, UnaryOperator<ObservationPatch> prepare,
                    Consumer<AddRunItemRequest> runItems) {
                this.prepare = prepare;
                this.runItems = runItems;
                this.access = access;
                this.nowUnixNano = nowUnixNano;
                this.times = times;
            }

            void add(RequestJson.Event event) {
                String id = id(event.envelope());
                try {
                    store(event);
                    successes.add(new Success(id, 201));
                } catch (ServiceException e) {
                    if (e.code() == ErrorCode.DEPENDENCY_UNAVAILABLE || e.code() == ErrorCode.OVERLOADED) {
                        // No fault of the event: the whole request shall come again.
                        throw e;
                    }
                    errors.add(Failure.of(id, e));
                } catch (RuntimeException e) {
                    // Not the exception's own words: they may quote the content.
                    LOG.errorf("an event can't be mapped: %s at %s", e.getClass().getName(), e.getStackTrace()[0]);
                    errors.add(Failure.of(id,
                            ServiceException.of(ErrorCode.INTERNAL, "the event could not be understood")));
                }
            }

            private static String id(Fields envelope) {
                Fields.Value id = envelope == null ? null : envelope.get("id");
                return id == null || id.text().isEmpty() ? NO_ID : id.text();
            }

            private void store(RequestJson.Event event) {
                Fields envelope = event.envelope();
                if (envelope == null) {
                    throw ServiceException.invalid("batch[]", "an event must be an object");
                }
                String id = envelope.text("id");
                if (id == null || id.isEmpty()) {
                    throw envelope.invalid("id", "is missing");
                }
                String name = envelope.text("type");
                EventType type = name == null ? null : EventType.BY_NAME.get(name);
                if (type == null) {
                    throw envelope.invalid("type", name == null ? "is missing"
                            : "is not one of Langfuse's event types, such as trace-create or generation-update");
                }
                if (access != Access.FULL
                        && !(type instanceof EventType.NewScore || type instanceof EventType.SdkLog)) {
                    throw ServiceException.of(ErrorCode.UNAUTHENTICATED,
                            "a public key alone may only send scores; send the secret key too");
                }
                OptionalLong time = times.read(envelope, "timestamp");
                if (time.isEmpty()) {
                    throw envelope.invalid("timestamp", "is missing");
                }
                if (event.body() == null && !(type instanceof EventType.SdkLog)) {
                    throw envelope.invalid("body", envelope.get("body") == null ? "is missing" : "must be an object");
                }
                store(type, event.body(), id, time.getAsLong());
            }

            private void store(EventType type, Fields body, String id, long eventUnixNano) {
                switch (type) {
                    case EventType.Trace _ -> patches.add(prepare.apply(mapper.trace(body, id, eventUnixNano, times)));
                    case EventType.Step step -> patches.add(prepare.apply(mapper.step(step, body, id, eventUnixNano, times)));
                    // The later of two scores with one id counts, also within a batch.
                    case EventType.NewScore _ -> scores.add(Reader.this.scores.read(body, ownId(body, id), access,
                            eventUnixNano, nowUnixNano + scores.size(), times));
                    case EventType.SdkLog _ -> dropped++;
                    case EventType.DatasetRunItem _ -> {
                        runItems.accept(DatasetRunItems.read(body, ownId(body, id)));
                        runItemsKept++;
                    }
                }
            }

            /** The body's id, else the event's where it can be one. */
            private static String ownId(Fields body, String eventId) {
                String named = body.id("id");
                if (named == null && eventId.length() > ExternalIds.CHARS_MAX) {
                    throw body.invalid("id", "is missing");
                }
                return named == null ? eventId : named;
            }
        }
    }
}
