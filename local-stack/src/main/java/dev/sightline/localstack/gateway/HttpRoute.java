package dev.sightline.localstack.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The path and method rules of a Gateway API HTTPRoute (gateway.networking.k8s.io/v1): Exact matches come first, then
 * the longest PathPrefix, whose elements match whole path elements, then a match that names the method; among equals the
 * first rule wins. Anything in the manifest that
 * is not understood is an error, so that the local gateway never routes otherwise than the cluster's.
 */
public final class HttpRoute {
    /** As the Gateway API names them. */
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    /** One match and where it leads. */
    private record Rule(boolean exact, String path, Optional<String> method, String backend) {
        static final Comparator<Rule> BY_PRECEDENCE = Comparator.comparing(Rule::exact)
                .thenComparing(rule -> rule.path().length())
                .thenComparing(rule -> rule.method().isPresent()).reversed();

        boolean matches(String requestMethod, String requestPath) {
            return method.map(requestMethod::equals).orElse(true) && matchesPath(requestPath);
        }

        private boolean matchesPath(String requestPath) {
            if (exact || path.equals("/")) {
                return exact ? requestPath.equals(path) : true;
            }
            return requestPath.startsWith(path)
                    && (requestPath.length() == path.length() || requestPath.charAt(path.length()) == '/');
        }
    }

    private final List<Rule> rules;

    private HttpRoute(List<Rule> rules) {
        // A stable sort keeps the order of the manifest among equals.
        this.rules = rules.stream().sorted(Rule.BY_PRECEDENCE).toList();
    }

    /** The manifest that this build was made with, k8s/base/http-route.yaml. */
    public static HttpRoute packaged() throws IOException {
        try (InputStream manifest = HttpRoute.class.getResourceAsStream("/k8s/http-route.yaml")) {
            return parse(new String(manifest.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    /** @throws IllegalArgumentException when the manifest is not an HTTPRoute of paths and single backends */
    public static HttpRoute parse(String manifest) {
        Map<?, ?> route = map(new Yaml(new SafeConstructor(new LoaderOptions())).load(manifest), "the manifest");
        if (!"HTTPRoute".equals(route.get("kind"))
                || !"gateway.networking.k8s.io/v1".equals(route.get("apiVersion"))) {
            throw new IllegalArgumentException("expected kind HTTPRoute of gateway.networking.k8s.io/v1, not "
                    + route.get("kind") + " of " + route.get("apiVersion"));
        }
        List<Rule> rules = new ArrayList<>();
        for (Object rule : list(map(route.get("spec"), "spec").get("rules"), "spec.rules")) {
            addRules(map(rule, "spec.rules[]"), rules);
        }
        return new HttpRoute(rules);
    }

    private static void addRules(Map<?, ?> rule, List<Rule> rules) {
        allowOnly(rule, "spec.rules[]", List.of("name", "matches", "backendRefs"));
        List<?> backends = list(rule.get("backendRefs"), "backendRefs");
        if (backends.size() != 1) {
            throw new IllegalArgumentException("each rule needs exactly one of backendRefs, not " + backends.size());
        }
        String backend = Objects.toString(map(backends.getFirst(), "backendRefs[]").get("name"));
        for (Object match : list(rule.get("matches"), "matches")) {
            allowOnly(map(match, "matches[]"), "matches[]", List.of("path", "method"));
            Optional<String> method = Optional.ofNullable(map(match, "matches[]").get("method"))
                    .map(HttpRoute::methodName);
            Map<?, ?> path = map(map(match, "matches[]").get("path"), "matches[].path");
            String value = Objects.toString(path.get("value"));
            String type = Objects.toString(path.get("type"));
            switch (type) {
                case "Exact" -> rules.add(new Rule(true, value, method, backend));
                case "PathPrefix" -> rules.add(new Rule(false, withoutTrailingSlash(value), method, backend));
                default -> throw new IllegalArgumentException("path type " + type + " is not Exact or PathPrefix");
            }
        }
    }

    /** The name of the service that answers for the method and path, or empty when no rule matches. */
    public Optional<String> backend(String method, String path) {
        return rules.stream().filter(rule -> rule.matches(method, path)).findFirst().map(Rule::backend);
    }

    /** The names of all services that the rules lead to. */
    public List<String> backends() {
        return rules.stream().map(Rule::backend).distinct().sorted().toList();
    }

    private static String methodName(Object method) {
        if (!METHODS.contains(Objects.toString(method))) {
            throw new IllegalArgumentException("matches[].method " + method + " is not one of " + METHODS);
        }
        return method.toString();
    }

    private static String withoutTrailingSlash(String prefix) {
        return prefix.length() > 1 && prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }

    private static void allowOnly(Map<?, ?> map, String where, List<String> names) {
        for (Object name : map.keySet()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(where + " has \"" + name + "\", which the local gateway does not "
                        + "know; teach it in HttpRoute, or leave it out");
            }
        }
    }

    private static Map<?, ?> map(Object value, String where) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException(where + " must be a map");
    }

    private static List<?> list(Object value, String where) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException(where + " must be a list");
    }
}
