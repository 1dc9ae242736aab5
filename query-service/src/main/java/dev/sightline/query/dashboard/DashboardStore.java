package dev.sightline.query.dashboard;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.control.ControlData;
import dev.sightline.query.control.StoredJson;
import io.quarkus.panache.common.Sort;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The dashboards of a project: the shipped ones, from the service's own resources, and those that people made, in
 * PostgreSQL. Blocks its (virtual) thread. Throws NOT_FOUND for what the project has not got, CONFLICT for a change of
 * what somebody else has changed meanwhile, PERMISSION_DENIED for a change of a shipped one.
 */
@Singleton
public class DashboardStore {
    private static final List<String> SHIPPED = List.of("latency", "cost", "usage", "quality", "guard");

    private final ControlData control;
    private final StoredJson json;
    private final DashboardConfig config;
    private final Map<String, Dashboard> shipped = new LinkedHashMap<>();

    DashboardStore(ControlData control, StoredJson json, DashboardConfig config) {
        this.control = control;
        this.json = json;
        this.config = config;
        for (String id : SHIPPED) {
            try (InputStream document = DashboardStore.class.getResourceAsStream("/dashboards/" + id + ".json")) {
                shipped.put(id, json.read(new String(document.readAllBytes(), StandardCharsets.UTF_8), Dashboard.class,
                        "a shipped dashboard").as(id, 1, true, null));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The shipped ones first, then by name. */
    List<Dashboard> list(ProjectScope scope) {
        List<Dashboard> dashboards = new ArrayList<>(shipped.values());
        control.read(() -> DashboardRow.<DashboardRow>list("projectId", Sort.by("name", "id"), scope.projectId()))
                .forEach(row -> dashboards.add(dashboard(row)));
        return dashboards;
    }

    Dashboard get(ProjectScope scope, String id) {
        return Optional.ofNullable(shipped(id)).orElseGet(() -> dashboard(row(scope, id)));
    }

    Dashboard shipped(String id) {
        return shipped.get(id);
    }

    Dashboard create(ProjectScope scope, Dashboard given) {
        DashboardRow row = new DashboardRow();
        row.id = UUID.randomUUID();
        row.projectId = scope.projectId();
        row.name = given.name();
        row.document = text(given);
        row.version = 1;
        row.updatedAt = Instant.now();
        boolean stored = control.write(() -> DashboardRow.count("projectId", scope.projectId())
                .chain(count -> count >= config.perProjectMax() ? Uni.createFrom().item(false)
                        : row.<DashboardRow>persist().replaceWith(true)));
        if (!stored) {
            throw ServiceException.invalid("name", "the project has " + config.perProjectMax()
                    + " dashboards, and may have no more; delete one first");
        }
        return given.as(row.id.toString(), row.version, false, row.updatedAt);
    }

    /** Throws where there is none that this project may change. */
    void requireOwn(ProjectScope scope, String id) {
        ownRow(scope, id);
    }

    /** {@code version} is what the caller has seen. */
    Dashboard replace(ProjectScope scope, String id, int version, Dashboard given) {
        DashboardRow before = ownRow(scope, id);
        Instant now = Instant.now();
        int changed = control.write(() -> DashboardRow.update("name = ?1, document = ?2, version = version + 1, "
                        + "updatedAt = ?3 where id = ?4 and projectId = ?5 and version = ?6",
                given.name(), text(given), now, before.id, scope.projectId(), version));
        if (changed == 0) {
            throw ServiceException.of(ErrorCode.CONFLICT, "the dashboard was changed since version " + version
                    + " was read; read it again and repeat the change");
        }
        return given.as(id, version + 1, false, now);
    }

    void delete(ProjectScope scope, String id) {
        DashboardRow row = ownRow(scope, id);
        control.write(() -> DashboardRow.delete("id = ?1 and projectId = ?2", row.id, scope.projectId()));
    }

    private DashboardRow ownRow(ProjectScope scope, String id) {
        if (shipped.containsKey(id)) {
            throw ServiceException.of(ErrorCode.PERMISSION_DENIED,
                    "a shipped dashboard can't be changed; POST /api/v1/dashboards/" + id + "/copy makes your own");
        }
        return row(scope, id);
    }

    private DashboardRow row(ProjectScope scope, String id) {
        return uuid(id).map(known -> control.read(() -> DashboardRow.find("id = ?1 and projectId = ?2", known,
                        scope.projectId()).<DashboardRow>firstResult()))
                .orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND, "this project has no dashboard " + id));
    }

    private static Optional<UUID> uuid(String id) {
        try {
            return Optional.of(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Dashboard dashboard(DashboardRow row) {
        return json.read(row.document, Dashboard.class, "a dashboard")
                .as(row.id.toString(), row.version, false, row.updatedAt);
    }

    private String text(Dashboard given) {
        return json.write(given.document(), "a dashboard");
    }
}
