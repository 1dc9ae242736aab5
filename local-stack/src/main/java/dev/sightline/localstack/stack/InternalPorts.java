package dev.sightline.localstack.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ports between the processes, picked once a data folder and kept in it, so that a restarted process comes back
 * where the others look for it. One that is taken when the stack starts is picked anew.
 */
public final class InternalPorts {
    /** Who listens. */
    public enum Listener {
        POSTGRES, KAFKA, KAFKA_CONTROLLER, CLICKHOUSE, QUERY_HTTP, QUERY_GRPC,
        WRITER_HTTP, WRITER_GRPC, EVALUATOR_HTTP, EVALUATOR_GRPC;

        String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '.');
        }
    }

    /** Below the range from which systems take the ports of outgoing connections. */
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 30_000;
    private static final int TRIES_MAX = 1_000;

    private final Map<Listener, Integer> ports = new EnumMap<>(Listener.class);

    private InternalPorts() {
    }

    /** Reads the kept ports, picks what is missing or taken, and keeps the result. */
    public static InternalPorts pick(Path file, PublicPorts publicPorts) throws IOException {
        Properties kept = new Properties();
        if (Files.exists(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                kept.load(in);
            }
        }
        InternalPorts picked = new InternalPorts();
        Set<Integer> used = new HashSet<>(
                Set.of(publicPorts.http(), publicPorts.otlpGrpc(), publicPorts.otlpHttp()));
        for (Listener listener : Listener.values()) {
            int port = number(kept.getProperty(listener.key()));
            if (port == 0 || used.contains(port) || !PublicPorts.isFree(port)) {
                port = freePort(used);
            }
            used.add(port);
            picked.ports.put(listener, port);
            kept.setProperty(listener.key(), String.valueOf(port));
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            kept.store(out, "Ports between the processes of this stack, all on 127.0.0.1");
        }
        return picked;
    }

    public int of(Listener listener) {
        return ports.get(listener);
    }

    private static int number(String text) {
        return text != null && text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    }

    private static int freePort(Set<Integer> used) throws IOException {
        for (int i = 0; i < TRIES_MAX; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (!used.contains(port) && PublicPorts.isFree(port)) {
                return port;
            }
        }
        throw new IOException("no free port between " + LOWEST + " and " + HIGHEST);
    }
}
