package dev.sightline.localstack.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class HttpRouteTest {
    private static final String HEAD = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            spec:
              rules:
            """;

    private static String rule(String type, String path, String backend) {
        return """
                - matches: [{path: {type: %s, value: %s}}]
                  backendRefs: [{name: %s, port: 80}]
              """.formatted(type, path, backend).indent(2);
    }

    @Test
    void sendsWhatApplicationsWriteToIngestionAndTheRestToQuery() throws IOException {
        HttpRoute route = HttpRoute.packaged();

        assertThat(route.backend("/api/public/otel/v1/traces")).contains("ingestion-service");
        assertThat(route.backend("/api/public/otel")).contains("ingestion-service");
        assertThat(route.backend("/v1/traces")).contains("ingestion-service");
        assertThat(route.backend("/")).contains("query-service");
        assertThat(route.backend("/api/public/otelx")).contains("query-service");
        assertThat(route.backend("/api/public/traces")).contains("query-service");
        assertThat(route.backend("/project/dev/traces")).contains("query-service");
        assertThat(route.backends()).containsExactly("ingestion-service", "query-service");
    }

    @Test
    void prefersExactThenTheLongestPrefixWhateverTheOrder() {
        HttpRoute route = HttpRoute.parse(HEAD + rule("PathPrefix", "/", "root") + rule("PathPrefix", "/a/b", "long")
                + rule("PathPrefix", "/a", "short") + rule("Exact", "/a/b", "exact"));

        assertThat(route.backend("/a/b")).contains("exact");
        assertThat(route.backend("/a/b/")).contains("long");
        assertThat(route.backend("/a/b/c")).contains("long");
        assertThat(route.backend("/a/bc")).contains("short");
        assertThat(route.backend("/ab")).contains("root");
    }

    @Test
    void ignoresTheSlashAtTheEndOfAPrefix() {
        HttpRoute route = HttpRoute.parse(HEAD + rule("PathPrefix", "/a/", "a"));

        assertThat(route.backend("/a")).contains("a");
        assertThat(route.backend("/a/x")).contains("a");
        assertThat(route.backend("/ab")).isEmpty();
    }

    @Test
    void takesTheFirstRuleAmongEquals() {
        HttpRoute route =
                HttpRoute.parse(HEAD + rule("PathPrefix", "/a", "first") + rule("PathPrefix", "/a", "second"));

        assertThat(route.backend("/a")).contains("first");
    }

    @Test
    void refusesWhatItWouldRouteOtherwiseThanACluster() {
        String twoBackends = HEAD + """
                  - matches: [{path: {type: PathPrefix, value: /}}]
                    backendRefs: [{name: a, port: 80}, {name: b, port: 80}]
                """;
        String headerMatch = HEAD + """
                  - matches: [{path: {type: PathPrefix, value: /}, headers: [{name: x, value: y}]}]
                    backendRefs: [{name: a, port: 80}]
                """;

        assertThatThrownBy(() -> HttpRoute.parse(twoBackends)).hasMessageContaining("exactly one");
        assertThatThrownBy(() -> HttpRoute.parse(headerMatch)).hasMessageContaining("headers");
        assertThatThrownBy(() -> HttpRoute.parse(HEAD + rule("RegularExpression", "/a.*", "a")))
                .hasMessageContaining("RegularExpression");
        assertThatThrownBy(() -> HttpRoute.parse("kind: Service")).hasMessageContaining("HTTPRoute");
    }
}
