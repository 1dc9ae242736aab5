package dev.sightline.ingestion;

import dev.sightline.storage.migrate.Migrator;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.sql.SQLException;
import java.util.Set;
import org.jboss.logging.Logger;

/** Runs the process's roles. With the role migrate alone it ends when the schema is up to date. */
@QuarkusMain
public class IngestionMain implements QuarkusApplication {
    private static final Logger LOG = Logger.getLogger(IngestionMain.class);

    private final Role.Config roles;
    private final ClickHouseConfig clickHouse;

    public IngestionMain(Role.Config roles, ClickHouseConfig clickHouse) {
        this.roles = roles;
        this.clickHouse = clickHouse;
    }

    @Override
    public int run(String... args) throws SQLException {
        if (roles.roles().contains(Role.MIGRATE)) {
            int applied = new Migrator(clickHouse.endpoint(), step -> LOG.infof("applying %s", step)).migrate();
            LOG.infof("schema up to date, %d steps applied", applied);
            if (roles.roles().equals(Set.of(Role.MIGRATE))) {
                return 0;
            }
        }
        Quarkus.waitForExit();
        return 0;
    }
}
