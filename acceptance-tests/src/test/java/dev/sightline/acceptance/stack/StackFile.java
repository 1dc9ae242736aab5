package dev.sightline.acceptance.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the launcher says of itself in {@code DIR/run/stack.json}, as it stood when it was read. */
public record StackFile(JsonNode json) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A process of the stack; {@code http} is null for one without, {@code pid} 0 while it is being started again. */
    public record Process(String name, long pid, URI http) {
        public boolean isAlive() {
            return pid > 0 && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        }
    }

    public static StackFile read(Path file) throws IOException {
        JsonNode json = JSON.readTree(Files.readAllBytes(file));
        if (json == null || !json.isObject()) {
            throw new IOException(file + " holds no JSON object");
        }
        return new StackFile(json);
    }

    public boolean isReady() {
        return json.path("ready").asBoolean();
    }

    public long launcherPid() {
        return json.path("pid").asLong();
    }

    /** A value that the launcher promises to write. */
    public String text(String field) {
        String text = json.path(field).asText();
        if (text.isEmpty()) {
            throw new AssertionError("stack.json has no " + field + ": " + json);
        }
        return text;
    }

    public URI uri(String field) {
        return URI.create(text(field));
    }

    public Map<String, Process> processes() {
        Map<String, Process> processes = new LinkedHashMap<>();
        for (JsonNode process : json.path("processes")) {
            String name = process.path("name").asText();
            String http = process.path("http").asText("");
            processes.put(name, new Process(name, process.path("pid").asLong(),
                    http.isEmpty() || http.equals("null") ? null : URI.create(http)));
        }
        return processes;
    }

    public Process process(String name) {
        Process process = processes().get(name);
        if (process == null) {
            throw new AssertionError("stack.json has no process " + name + " but " + processes().keySet());
        }
        return process;
    }
}
