package dev.sightline.query.publish;

import com.google.protobuf.ByteString;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.kafka.Topics;
import dev.sightline.base.kafka.TracePartition;
import dev.sightline.proto.observation.v1.Expiry;
import dev.sightline.proto.observation.v1.ObservationBatch;
import dev.sightline.proto.observation.v1.TouchedTrace;
import dev.sightline.proto.observation.v1.TraceActivity;
import dev.sightline.proto.score.v1.ScoreBatch;
import dev.sightline.proto.score.v1.ScoreDeletion;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;

/**
 * What query-service says on Kafka: deletions of traces, what is too old, people's scores, and which traces were linked
 * with items of datasets. A call returns when all in-sync replicas have what it sends, and throws OVERLOADED while Kafka is slow or away; some of it may then be there. The producer is
 * made at first use, so that the service starts and reads without Kafka. Thread-safe, blocking.
 */
@Singleton
public class RecordPublisher {
    private static final Logger LOG = Logger.getLogger(RecordPublisher.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Map<String, Object> broker;
    private final WriterGroup writer;
    private KafkaProducer<byte[], byte[]> producer;
    private Admin admin;

    RecordPublisher(@Identifier("default-kafka-broker") Map<String, Object> broker, WriterGroup writer) {
        this.broker = broker;
        this.writer = writer;
    }

    /** Deletes the project's traces: each behind the spans of it that are on its partition already. */
    public Map<Integer, Long> deleteTraces(String projectId, Collection<ByteString> traceIds) {
        return await(() -> {
            int partitions = producer().partitionsFor(Topics.SPANS).size();
            Map<Integer, ObservationBatch.Builder> byPartition = new TreeMap<>();
            for (ByteString traceId : traceIds) {
                byPartition.computeIfAbsent(TracePartition.of(traceId, partitions), _ -> ObservationBatch.newBuilder()
                        .setProjectId(projectId).setReceivedAtUnixNano(now())).addDeletedTraceIds(traceId);
            }
            Map<Integer, Future<RecordMetadata>> sent = new TreeMap<>();
            byPartition.forEach((partition, batch) -> sent.put(partition, producer().send(new ProducerRecord<>(
                    Topics.SPANS, partition, null, batch.build().toByteArray()))));
            Map<Integer, Long> offsets = new TreeMap<>();
            for (Map.Entry<Integer, Future<RecordMetadata>> record : sent.entrySet()) {
                offsets.put(record.getKey(), result(record.getValue()).offset());
            }
            return offsets;
        });
    }

    /** Whether the writer has stored everything up to these offsets of the topic, by what it has committed. */
    public boolean isStored(String topic, Map<Integer, Long> offsets) {
        if (offsets.isEmpty()) {
            return true;
        }
        return await(() -> {
            Map<TopicPartition, OffsetAndMetadata> committed = result(admin()
                    .listConsumerGroupOffsets(writer.group() + "-" + topic).partitionsToOffsetAndMetadata());
            return offsets.entrySet().stream().allMatch(record -> {
                OffsetAndMetadata stored = committed.get(new TopicPartition(topic, record.getKey()));
                return stored != null && stored.offset() > record.getValue();
            });
        });
    }

    /** By partition that holds anything: the last record that it holds now. */
    public Map<Integer, Long> lastOffsets(String topic) {
        return await(() -> {
            List<TopicPartition> partitions = producer().partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition())).toList();
            Map<TopicPartition, ListOffsetsResultInfo> first = offsets(partitions, OffsetSpec.earliest());
            Map<Integer, Long> last = new TreeMap<>();
            offsets(partitions, OffsetSpec.latest()).forEach((partition, end) -> {
                if (end.offset() > first.get(partition).offset()) {
                    last.put(partition.partition(), end.offset() - 1);
                }
            });
            return last;
        });
    }

    private Map<TopicPartition, ListOffsetsResultInfo> offsets(List<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, TimeoutException, InterruptedException {
        return result(admin().listOffsets(partitions.stream()
                .collect(Collectors.toMap(partition -> partition, _ -> which))).all());
    }

    /** Deletes scores of the project, each behind what was said about it before, and returns the last offsets of that. */
    public Map<Integer, Long> deleteScores(String projectId, List<ScoreDeletion> deletions) {
        return await(() -> {
            List<Future<RecordMetadata>> sent = deletions.stream().map(deletion -> send(deletion.getId(),
                    ScoreBatch.newBuilder().setProjectId(projectId).addDeletions(deletion).build())).toList();
            Map<Integer, Long> offsets = new TreeMap<>();
            for (Future<RecordMetadata> record : sent) {
                offsets.merge(result(record).partition(), result(record).offset(), Math::max);
            }
            return offsets;
        });
    }

    /** What is said about the score with this id, behind what was said about it before. */
    public void scores(String scoreId, ScoreBatch batch) {
        await(() -> result(send(scoreId, batch)));
    }

    private Future<RecordMetadata> send(String scoreId, ScoreBatch batch) {
        return producer().send(new ProducerRecord<>(Topics.SCORES, scoreId.getBytes(StandardCharsets.UTF_8),
                batch.toByteArray()));
    }

    /** What of a project is too old to be kept. */
    public void expiries(List<Expiry> expiries) {
        await(() -> {
            for (Expiry expiry : expiries) {
                result(producer().send(new ProducerRecord<>(Topics.EXPIRIES, expiry.toByteArray())));
            }
            return expiries.size();
        });
    }

    /**
     * Says that there is something new about a trace, so that it is looked at again. Returns at once; where Kafka does not
     * take it, that is logged and nothing else.
     */
    public void announce(String projectId, ByteString traceId) {
        byte[] activity = TraceActivity.newBuilder().setProjectId(projectId)
                .addTraces(TouchedTrace.newBuilder().setTraceId(traceId)).build().toByteArray();
        Thread.ofVirtual().name("announce").start(() -> {
            try {
                await(() -> result(producer().send(new ProducerRecord<>(Topics.TRACE_ACTIVITY, activity))));
            } catch (ServiceException e) {
                LOG.warnf("evaluations do not hear of a trace that was linked with a dataset's item: %s", e.getMessage());
            }
        });
    }

    private interface Work<T> {
        T run() throws ExecutionException, TimeoutException, InterruptedException;
    }

    private static <T> T await(Work<T> work) {
        try {
            return work.run();
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            throw ServiceException.of(ErrorCode.OVERLOADED, "Kafka does not take it now; try again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServiceException.of(ErrorCode.OVERLOADED, "the service is stopping; try again", e);
        }
    }

    private static <T> T result(Future<T> future) throws ExecutionException, TimeoutException, InterruptedException {
        return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Now, as our messages count time. */
    public static long now() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    private synchronized KafkaProducer<byte[], byte[]> producer() {
        if (producer == null) {
            Map<String, Object> settings = new HashMap<>(broker);
            settings.put(ProducerConfig.CLIENT_ID_CONFIG, "sightline-query");
            settings.put(ProducerConfig.ACKS_CONFIG, "all");
            settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
            settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
            settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
            settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 8L << 20);
            settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT.toMillis() / 2);
            settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis() / 2);
            settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
            producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    private synchronized Admin admin() {
        if (admin == null) {
            admin = Admin.create(new HashMap<>(broker));
        }
        return admin;
    }

    @PreDestroy
    synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(5));
        }
        if (admin != null) {
            admin.close(Duration.ofSeconds(5));
        }
    }
}
