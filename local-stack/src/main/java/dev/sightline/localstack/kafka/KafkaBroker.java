package dev.sightline.localstack.kafka;

import dev.sightline.localstack.child.IdleHeap;
import dev.sightline.localstack.child.ParentWatch;
import dev.sightline.localstack.process.Logs;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * Kafka's own broker in KRaft mode, in a JVM of its own: {@code KafkaBroker DATA_FOLDER PORT CONTROLLER_PORT}. Formats
 * an empty data folder first. Stops cleanly when its standard input ends or on SIGTERM; data of acknowledged writes
 * outlives a kill -9 of this process.
 */
public final class KafkaBroker {
    private static final Logger LOG = Logger.getLogger(KafkaBroker.class.getName());

    private KafkaBroker() {
    }

    public static void main(String[] args) throws Exception {
        ParentWatch.start();
        IdleHeap.start();
        Logs.toStandardError();
        KafkaSettings settings =
                new KafkaSettings(Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        Files.createDirectories(settings.dataFolder());
        format(settings);

        Properties properties = new Properties();
        properties.putAll(settings.properties());
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "kafka-shutdown"));
        server.startup();
        LOG.log(Level.INFO, "Kafka is up at 127.0.0.1:{0}", String.valueOf(settings.port()));
        server.awaitShutdown();
    }

    private static void format(KafkaSettings settings) throws IOException {
        if (Files.exists(settings.dataFolder().resolve("meta.properties"))) {
            return;
        }
        Path file = Files.createTempFile("sightline-kafka", ".properties");
        try {
            try (Writer out = Files.newBufferedWriter(file)) {
                for (Map.Entry<String, String> setting : settings.properties().entrySet()) {
                    out.write(setting.getKey() + "=" + setting.getValue() + "\n");
                }
            }
            String[] command = {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()};
            int status = StorageTool.execute(command, new PrintStream(System.err, true, StandardCharsets.UTF_8));
            if (status != 0) {
                throw new IOException("can't format " + settings.dataFolder() + " for Kafka, status " + status);
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
