package dev.sightline.evaluator.guard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.Timestamp;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.json.ProtoJson;
import dev.sightline.evaluator.store.Database;
import dev.sightline.proto.guard.v1.Policy;
import dev.sightline.proto.guard.v1.PolicyRequest;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The policies of projects in PostgreSQL, and those in use, compiled, remembered for a bounded time. While PostgreSQL is
 * away what was known goes on. Blocking, thread-safe.
 */
@Singleton
public class PolicyStore {
    private static final int VERSION_TRIES = 3;

    private record Key(String projectId, String name, String environment) {
    }

    /** An absent policy is remembered too. */
    private record Known(Optional<CompiledPolicy> policy, Instant at) {
    }

    private final Database database;
    private final GuardConfig config;
    private final Cache<Key, Known> known;
    private final Clock clock = Clock.systemUTC();

    PolicyStore(Database database, GuardConfig config) {
        this.database = database;
        this.config = config;
        this.known = Caffeine.newBuilder().maximumSize(config.policyCacheSizeMax())
                .expireAfterWrite(config.policyTrustedWithoutAnswerFor()).build();
    }

    /**
     * What holds for a call: the environment's own policy of that name, else the one without an environment, else, for
     * {@code default}, what is shipped. Throws NOT_FOUND, and DEPENDENCY_UNAVAILABLE when it can't be told now.
     */
    CompiledPolicy inUse(String projectId, String name, String environment) {
        Key key = new Key(projectId, name, environment);
        Known remembered = known.getIfPresent(key);
        if (remembered == null || !isFresh(remembered)) {
            try {
                remembered = new Known(find(key), clock.instant());
                known.put(key, remembered);
            } catch (ServiceException e) {
                if (remembered == null) {
                    throw e;
                }
            }
        }
        return remembered.policy().orElseThrow(() -> unknown(name));
    }

    private boolean isFresh(Known remembered) {
        return Duration.between(remembered.at(), clock.instant()).compareTo(config.policyKnownFor()) < 0;
    }

    private Optional<CompiledPolicy> find(Key key) {
        List<PolicyRow> rows = database.read(() -> PolicyRow.<PolicyRow>list(
                "projectId = ?1 and name = ?2 and environment in (?3, '') order by environment desc, version desc",
                key.projectId(), key.name(), key.environment()));
        Optional<Policy> stored = latest(rows).stream()
                .max(Comparator.comparing(policy -> policy.getEnvironment().length()));
        return stored.or(() -> shipped(key.name())).map(policy -> CompiledPolicy.of(policy, ""));
    }

    private static Optional<Policy> shipped(String name) {
        return name.equals(CompiledPolicy.DEFAULT) ? Optional.of(CompiledPolicy.shipped()) : Optional.empty();
    }

    /** The latest of each name and environment, without those that are deleted; rows come newest first. */
    private static List<Policy> latest(List<PolicyRow> rows) {
        Map<Key, PolicyRow> latest = new LinkedHashMap<>();
        rows.forEach(row -> latest.putIfAbsent(new Key(row.projectId, row.name, row.environment), row));
        return latest.values().stream().filter(row -> !row.deleted).map(PolicyStore::policy).toList();
    }

    private static Policy policy(PolicyRow row) {
        return ProtoJson.read(row.document, Policy.newBuilder()).setVersion(row.version).setCreatedAt(Timestamp
                .newBuilder().setSeconds(row.createdAt.getEpochSecond()).setNanos(row.createdAt.getNano())).build();
    }

    /** By name and environment; the shipped one first unless the project has its own. */
    List<Policy> list(String projectId) {
        List<Policy> all = new ArrayList<>(latest(database.read(() -> PolicyRow.<PolicyRow>list(
                "projectId = ?1 order by name, environment, version desc", projectId))));
        if (all.stream().noneMatch(policy -> policy.getName().equals(CompiledPolicy.DEFAULT)
                && policy.getEnvironment().isEmpty())) {
            all.addFirst(CompiledPolicy.shipped());
        }
        return all;
    }

    /** Throws NOT_FOUND. */
    Policy get(PolicyRequest request) {
        List<PolicyRow> rows = rows(request.getProjectId(), request.getName(), request.getEnvironment());
        if (request.getVersion() > 0) {
            return rows.stream().filter(row -> row.version == request.getVersion() && !row.deleted).findFirst()
                    .map(PolicyStore::policy).orElseThrow(() -> unknown(request.getName()));
        }
        return latest(rows).stream().findFirst()
                .or(() -> request.getEnvironment().isEmpty() ? shipped(request.getName()) : Optional.empty())
                .orElseThrow(() -> unknown(request.getName()));
    }

    private List<PolicyRow> rows(String projectId, String name, String environment) {
        return database.read(() -> PolicyRow.<PolicyRow>list(
                "projectId = ?1 and name = ?2 and environment = ?3 order by version desc", projectId, name, environment));
    }

    /** Makes it or its next version. Throws INVALID_ARGUMENT, which names the field. */
    Policy put(String projectId, Policy given) {
        if (given.getName().isEmpty()) {
            throw ServiceException.invalid("name", "is missing");
        }
        Policy kept = given.toBuilder().clearVersion().clearCreatedAt().clearShipped().build();
        CompiledPolicy.of(kept, "");
        List<Policy> all = list(projectId);
        boolean isNew = all.stream().noneMatch(policy -> policy.getName().equals(kept.getName())
                && policy.getEnvironment().equals(kept.getEnvironment()));
        if (isNew && all.size() >= config.policiesPerProjectMax()) {
            throw ServiceException.invalid("name", "the project has " + all.size() + " policies already");
        }
        return policy(add(projectId, kept, false));
    }

    /** Throws NOT_FOUND. What checks recorded of its versions stays. */
    void delete(PolicyRequest request) {
        Policy latest = get(request.toBuilder().clearVersion().build());
        if (latest.getShipped()) {
            throw ServiceException.invalid("name", "'default' is shipped; there is nothing of the project's to delete");
        }
        add(request.getProjectId(), latest.toBuilder().clearVersion().clearCreatedAt().build(), true);
    }

    private PolicyRow add(String projectId, Policy policy, boolean deleted) {
        for (int attempt = 1; ; attempt++) {
            PolicyRow row = new PolicyRow();
            row.id = UUID.randomUUID().toString();
            row.projectId = projectId;
            row.name = policy.getName();
            row.environment = policy.getEnvironment();
            row.version = rows(projectId, row.name, row.environment).stream().findFirst().map(last -> last.version)
                    .orElse(0) + 1;
            row.deleted = deleted;
            row.document = ProtoJson.print(policy);
            row.createdAt = Instant.now();
            try {
                database.write(() -> row.<PolicyRow>persist());
                known.asMap().keySet().removeIf(
                        key -> key.projectId().equals(projectId) && key.name().equals(row.name));
                return row;
            } catch (ServiceException e) {
                // Somebody else may have made the same version at the same time.
                if (attempt == VERSION_TRIES || e.code() != ErrorCode.INTERNAL) {
                    throw e;
                }
            }
        }
    }

    private static ServiceException unknown(String name) {
        return ServiceException.of(ErrorCode.NOT_FOUND, "the project has no guard policy " + name);
    }
}
