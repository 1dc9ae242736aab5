package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * k8s/base is what the build generates, put together: every object is one that Kubernetes knows, with no field it does
 * not, and the parts that have to fit each other do.
 */
class KubernetesManifestsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @ParameterizedTest
    @ValueSource(strings = {"ingestion-service", "query-service", "evaluator-service"})
    void theCommittedManifestIsTheGeneratedOne(String service) throws IOException {
        Path generated = ROOT.resolve(service).resolve("target/kubernetes/kubernetes.yml");
        Path committed = ROOT.resolve("k8s/base").resolve(service).resolve("kubernetes.yml");
        if (System.getenv("REGENERATE") != null) {
            Files.writeString(committed, Files.readString(generated));
        }
        assertThat(inAnyOrder(committed)).as("run this test with REGENERATE=1 after the build and look at the difference")
                .isEqualTo(inAnyOrder(generated));
    }

    /** The generator writes ports, labels and sources of the environment in another order at every build. */
    private static Map<String, Object> inAnyOrder(Path manifest) throws IOException {
        Map<String, Object> objects = new TreeMap<>();
        objects(Files.readString(manifest)).forEach((name, object) ->
                objects.put(name, inAnyOrder(new ObjectMapper().valueToTree(object))));
        return objects;
    }

    private static Object inAnyOrder(JsonNode node) {
        if (node.isArray()) {
            return node.valueStream().map(KubernetesManifestsTest::inAnyOrder).map(Object::toString).sorted().toList();
        }
        if (node.isObject()) {
            Map<String, Object> fields = new TreeMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), inAnyOrder(field.getValue())));
            return fields;
        }
        return node.asText();
    }

    /** By kind and name. */
    private static Map<String, HasMetadata> objects(String yaml) {
        Map<String, HasMetadata> objects = new TreeMap<>();
        for (String document : yaml.split("(?m)^---$")) {
            if (!document.isBlank()) {
                Object object = new KubernetesSerialization().unmarshal(document);
                assertThat(object).as(document).isInstanceOf(HasMetadata.class);
                HasMetadata known = (HasMetadata) object;
                objects.put(known.getKind() + "/" + known.getMetadata().getName(), known);
            }
        }
        return objects;
    }

    @Test
    void theWholeIsValidAndFitsTogether() throws Exception {
        assumeTrue(onPath("kubectl"), "LEFT OUT: no kubectl on this machine, k8s/base is not put together");
        Process kustomize = new ProcessBuilder("kubectl", "kustomize", ROOT.resolve("k8s/base").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String yaml = new String(kustomize.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(kustomize.waitFor()).isZero();

        Map<String, HasMetadata> objects = objects(yaml);
        assertThat(objects.keySet()).containsExactlyInAnyOrder("ConfigMap/sightline", "Namespace/sightline",
                "Deployment/ingestion-service", "Deployment/ingestion-writer", "Deployment/query-service",
                "Deployment/evaluator-service", "Service/ingestion-service", "Service/query-service",
                "Service/evaluator-service", "HTTPRoute/sightline", "Job/migrate");

        List<String> unknown = new ArrayList<>();
        objects.forEach((name, object) -> unknownFields(object, name, unknown));
        assertThat(unknown).as("fields that Kubernetes does not know").isEmpty();
        assertThat(role(objects.get("Deployment/ingestion-service"))).isEqualTo("edge");
        assertThat(role(objects.get("Deployment/ingestion-writer"))).isEqualTo("writer");
    }

    private static String role(HasMetadata deployment) {
        return ((Deployment) deployment).getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv().stream()
                .filter(variable -> variable.getName().equals("SIGHTLINE_ROLES"))
                .map(EnvVar::getValue).findFirst().orElse(null);
    }

    /** The model keeps a field it does not know in additionalProperties, at whatever depth. */
    private static void unknownFields(Object value, String place, List<String> unknown) {
        switch (value) {
            case Iterable<?> list -> list.forEach(element -> unknownFields(element, place + "[]", unknown));
            case Map<?, ?> map -> map.forEach((key, element) -> unknownFields(element, place + "." + key, unknown));
            case KubernetesResource resource -> {
                for (Method getter : resource.getClass().getMethods()) {
                    if (getter.getName().startsWith("get") && getter.getParameterCount() == 0
                            && !getter.getName().equals("getClass")) {
                        Object field = read(getter, resource);
                        if (getter.getName().equals("getAdditionalProperties") && !((Map<?, ?>) field).isEmpty()) {
                            unknown.add(place + ": " + ((Map<?, ?>) field).keySet());
                        }
                        unknownFields(field, place + "." + getter.getName().substring(3), unknown);
                    }
                }
            }
            case null, default -> { }
        }
    }

    private static Object read(Method getter, Object owner) {
        try {
            return getter.invoke(owner);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(getter + " can't be read", e);
        }
    }

    private static boolean onPath(String command) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }
}
