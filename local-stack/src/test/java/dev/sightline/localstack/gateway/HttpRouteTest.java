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

    private static String methodRule(String type, String path, String method, String backend) {
        return """
                - matches: [{path: {type: %s, value: %s}, method: %s}]
                  backendRefs: [{name: %s, port: 80}]
              """.formatted(type, path, method, backend).indent(2);
    }

    @Test
    void sendsWhatApplicationsWriteToIngestionAndTheRestToQuery() throws IOException {
        HttpRoute route = HttpRoute.packaged();

        assertThat(route.backend("GET", "/api/public/otel/v1/traces")).contains("ingestion-service");
        assertThat(route.backend("GET", "/api/public/otel")).contains("ingestion-service");
        assertThat(route.backend("GET", "/v1/traces")).contains("ingestion-service");
        assertThat(route.backend("GET", "/")).contains("query-service");
        assertThat(route.backend("GET", "/api/public/otelx")).contains("query-service");
        assertThat(route.backend("GET", "/api/public/traces")).contains("query-service");
        assertThat(route.backend("GET", "/project/dev/traces")).contains("query-service");
        assertThat(route.backend("POST", "/api/v1/guard/check")).contains("evaluator-service");
        assertThat(route.backend("POST", "/api/v1/guard/try")).contains("query-service");
        assertThat(route.backends()).containsExactlyInAnyOrder(
                "ingestion-service", "query-service", "evaluator-service");
    }

    @Test
    void sendsWhatLangfusesClientsWriteToIngestionAndWhatTheyReadToQuery() throws IOException {
        HttpRoute route = HttpRoute.packaged();

        assertThat(route.backend("POST", "/api/public/ingestion")).contains("ingestion-service");
        for (String write : new String[] {"POST", "DELETE", "OPTIONS"}) {
            assertThat(route.backend(write, "/api/public/scores")).contains("ingestion-service");
            assertThat(route.backend(write, "/api/public/scores/s-1")).contains("ingestion-service");
        }
        assertThat(route.backend("GET", "/api/public/scores")).contains("query-service");
        assertThat(route.backend("GET", "/api/public/scores/s-1")).contains("query-service");
        assertThat(route.backend("HEAD", "/api/public/scores/s-1")).contains("query-service");
        assertThat(route.backend("POST", "/api/public/score-configs")).contains("query-service");
    }

    @Test
    void aMatchWithTheMethodComesBeforeOneWithoutButAfterALongerPath() {
        HttpRoute route = HttpRoute.parse(HEAD + rule("PathPrefix", "/a", "any")
                + methodRule("PathPrefix", "/a", "POST", "post") + methodRule("PathPrefix", "/", "POST", "root")
                + rule("PathPrefix", "/a/long", "long") + rule("Exact", "/a/long/exact", "exact")
                + methodRule("Exact", "/a/long/exact", "DELETE", "exact-delete"));

        assertThat(route.backend("GET", "/a")).contains("any");
        assertThat(route.backend("POST", "/a/x")).contains("post");
        assertThat(route.backend("POST", "/a/long")).contains("long");
        assertThat(route.backend("POST", "/a/long/exact")).contains("exact");
        assertThat(route.backend("DELETE", "/a/long/exact")).contains("exact-delete");
        assertThat(route.backend("POST", "/b")).contains("root");
        assertThat(route.backend("GET", "/b")).isEmpty();
        assertThat(route.backend("post", "/b")).isEmpty();
    }

    @Test
    void prefersExactThenTheLongestPrefixWhateverTheOrder() {
        HttpRoute route = HttpRoute.parse(HEAD + rule("PathPrefix", "/", "root") + rule("PathPrefix", "/a/b", "long")
                + rule("PathPrefix", "/a", "short") + rule("Exact", "/a/b", "exact"));

        assertThat(route.backend("GET", "/a/b")).contains("exact");
        assertThat(route.backend("GET", "/a/b/")).contains("long");
        assertThat(route.backend("GET", "/a/b/c")).contains("long");
        assertThat(route.backend("GET", "/a/bc")).contains("short");
        assertThat(route.backend("GET", "/ab")).contains("root");
    }

    @Test
    void ignoresTheSlashAtTheEndOfAPrefix() {
        HttpRoute route = HttpRoute.parse(HEAD + rule("PathPrefix", "/a/", "a"));

        assertThat(route.backend("GET", "/a")).contains("a");
        assertThat(route.backend("GET", "/a/x")).contains("a");
        assertThat(route.backend("GET", "/ab")).isEmpty();
    }

    @Test
    void takesTheFirstRuleAmongEquals() {
        HttpRoute route =
                HttpRoute.parse(HEAD + rule("PathPrefix", "/a", "first") + rule("PathPrefix", "/a", "second"));

        assertThat(route.backend("GET", "/a")).contains("first");
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
        assertThatThrownBy(() -> HttpRoute.parse(HEAD + methodRule("Exact", "/a", "FETCH", "a")))
                .hasMessageContaining("FETCH");
        assertThatThrownBy(() -> HttpRoute.parse("kind: Service")).hasMessageContaining("HTTPRoute");
    }
}
