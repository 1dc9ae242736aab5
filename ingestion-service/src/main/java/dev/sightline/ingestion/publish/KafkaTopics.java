package dev.sightline.ingestion.publish;

import dev.sightline.base.kafka.Topics;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jboss.logging.Logger;

/** Creates the topics of {@link Topics} where they are missing; an existing topic is left as its operator made it. */
@ApplicationScoped
public class KafkaTopics {
    private static final Logger LOG = Logger.getLogger(KafkaTopics.class);
    private static final int SINGLE = 1;

    private final PublishConfig config;
    private final Map<String, Object> kafka;

    public KafkaTopics(PublishConfig config, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        this.config = config;
        this.kafka = kafka;
    }

    /** Returns once all topics exist, asking again while Kafka is away. */
    public void ensure() throws InterruptedException {
        while (true) {
            try (Admin admin = admin()) {
                create(admin);
                return;
            } catch (ExecutionException e) {
                LOG.warnf("kafka topics not ready yet: %s", e.getCause().getMessage());
                TimeUnit.SECONDS.sleep(1);
            }
        }
    }

    private Admin admin() {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        return Admin.create(properties);
    }

    private void create(Admin admin) throws ExecutionException, InterruptedException {
        Set<String> existing = admin.listTopics().names().get();
        List<NewTopic> missing = new ArrayList<>(List.of(
                topic(Topics.SPANS, config.partitions()),
                topic(Topics.SPANS_DEAD_LETTER, SINGLE),
                topic(Topics.TRACE_ACTIVITY, config.partitions()),
                topic(Topics.SCORES, config.partitions()),
                topic(Topics.SCORES_DEAD_LETTER, SINGLE),
                topic(Topics.INGEST_OUTCOMES, config.partitions()),
                topic(Topics.EXPIRIES, SINGLE)));
        missing.removeIf(topic -> existing.contains(topic.name()));
        try {
            admin.createTopics(missing).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private NewTopic topic(String name, int partitions) {
        return new NewTopic(name, partitions, config.replicationFactor()).configs(Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(config.recordBytesMax()),
                TopicConfig.RETENTION_MS_CONFIG, Long.toString(config.retention().toMillis()),
                // As the producers compressed it: the broker copies and never packs again.
                TopicConfig.COMPRESSION_TYPE_CONFIG, "producer"));
    }
}
