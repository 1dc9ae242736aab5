package dev.sightline.evaluator.activity;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready while Kafka answers. Says so within {@link #ANSWER_TIME}: Quarkus's own check takes a minute to find out that
 * Kafka is away, and a probe gives up long before.
 */
@Readiness
@Singleton
public class KafkaReadiness implements HealthCheck {
    private static final Duration ANSWER_TIME = Duration.ofSeconds(3);

    private final Map<String, Object> settings;
    private Admin admin;

    public KafkaReadiness(@Identifier("default-kafka-broker") Map<String, Object> broker) {
        settings = new HashMap<>(broker);
        settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "sightline-evaluator-readiness");
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER_TIME.toMillis());
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER_TIME.toMillis());
    }

    @Override
    public HealthCheckResponse call() {
        try {
            int nodes = admin().describeCluster().nodes().get(ANSWER_TIME.toMillis(), TimeUnit.MILLISECONDS).size();
            return HealthCheckResponse.named("kafka").withData("nodes", nodes).up().build();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            return HealthCheckResponse.named("kafka").withData("reason", e.toString()).down().build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return HealthCheckResponse.down("kafka");
        }
    }

    // Made at first use: a broker whose name can't be resolved yet must not end the start.
    private synchronized Admin admin() {
        if (admin == null) {
            admin = Admin.create(settings);
        }
        return admin;
    }

    @PreDestroy
    synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
        }
    }
}
