package dev.sightline.query.health;

import dev.sightline.query.store.ClickHouseReads;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Not ready while ClickHouse does not answer, or while its schema is not exactly the one this release knows: rows read
 * by guesswork would be wrong without anyone noticing.
 */
@Readiness
@ApplicationScoped
public class SchemaCheck implements HealthCheck {
    private final ClickHouseReads reads;

    SchemaCheck(ClickHouseReads reads) {
        this.reads = reads;
    }

    @Override
    public HealthCheckResponse call() {
        Optional<String> problem = reads.schemaProblem();
        return HealthCheckResponse.named("ClickHouse schema").status(problem.isEmpty())
                .withData("problem", problem.orElse("none")).build();
    }
}
