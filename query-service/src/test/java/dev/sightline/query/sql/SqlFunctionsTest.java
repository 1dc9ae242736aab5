package dev.sightline.query.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.query.Engines;
import dev.sightline.query.store.ClickHouseStreams;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The list of functions against the engine: what it names exists, and nothing that looks around is on it. */
@QuarkusTest
@WithTestResource(Engines.class)
class SqlFunctionsTest {
    /** Of the parser's own making, not in system.functions. */
    private static final Set<String> SYNTAX = Set.of("lambda", "exists", "untuple", "grouping");

    @Inject
    ClickHouseStreams streams;

    private Set<String> engine(String where) {
        return streams.describe("SELECT lower(name) FROM system.functions WHERE " + where, Map.of(), Map.of()).stream()
                .collect(Collectors.toSet());
    }

    @Test
    void everyFunctionExists() {
        Set<String> listed = SqlFunctions.all();
        listed.removeAll(SYNTAX);
        listed.removeAll(engine("1"));
        assertThat(listed).isEmpty();
    }

    @Test
    void noneOfThemLooksAround() {
        Set<String> outside = engine("categories IN ('AI', 'Dictionary', 'Embedded Dictionary', 'Introspection', "
                + "'Internal', 'Machine Learning', 'Encryption') OR origin != 'System' "
                + "OR match(name, '(?i)^(get(Setting|Server|Macro|Client|OS|Merge)|current|default(Roles|Profiles)"
                + "|enabled|sleep|file|dict|joinGet|hostName|FQDN|tcpPort|version|uptime|server|zookeeper|transactionID"
                + "|query_?ID|show|display|buildId|revision|connection_?Id|throwIf|format(Row|Query)|hasColumnInTable"
                + "|catboost)')");
        outside.removeIf(name -> name.equals("current_date") || name.equals("current_timestamp")
                || name.startsWith("casewith"));
        assertThat(outside).isNotEmpty().noneMatch(SqlFunctions::isAllowed);
    }

    @Test
    void combinatorsBelongToAggregates() {
        assertThat("countIf sumMapIf quantilesTDigestArrayIf COUNT".split(" ")).allMatch(SqlFunctions::isAllowed);
        assertThat("fileIf upperIf sleepArray if_ ".toLowerCase(Locale.ROOT).split(" "))
                .noneMatch(SqlFunctions::isAllowed);
    }
}
