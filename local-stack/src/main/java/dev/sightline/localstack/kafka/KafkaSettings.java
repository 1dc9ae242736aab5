package dev.sightline.localstack.kafka;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The broker's settings for one machine: one node that is broker and controller, both on the loopback address, with
 * small pools and buffers. Topics are made by who owns them, never by accident.
 *
 * @param dataFolder where the log segments are
 * @param port where clients connect
 * @param controllerPort where the broker's own controller listens
 */
public record KafkaSettings(Path dataFolder, int port, int controllerPort) {
    /** A record batch carries up to one export request, which may weigh this much after decompression. */
    public static final int MESSAGE_BYTES_MAX = 64 << 20;

    /** The settings by their names in Kafka's documentation. */
    public Map<String, String> properties() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        // A fixed voter rather than one recorded in the log, so that the controller may move to another port.
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put("listeners", "CLIENT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", "CLIENT://127.0.0.1:" + port);
        settings.put("listener.security.protocol.map", "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("inter.broker.listener.name", "CLIENT");
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("log.dirs", dataFolder.toString());
        settings.put("auto.create.topics.enable", "false");

        settings.put("message.max.bytes", String.valueOf(MESSAGE_BYTES_MAX));
        settings.put("replica.fetch.max.bytes", String.valueOf(MESSAGE_BYTES_MAX));
        settings.put("replica.fetch.response.max.bytes", String.valueOf(MESSAGE_BYTES_MAX));
        settings.put("socket.request.max.bytes", String.valueOf(2 * MESSAGE_BYTES_MAX));
        // What waits in the request queue lives on the heap, so it is bounded in bytes too.
        settings.put("queued.max.request.bytes", String.valueOf(2 * MESSAGE_BYTES_MAX));

        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "4");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("share.coordinator.state.topic.num.partitions", "4");
        settings.put("min.insync.replicas", "1");
        // A group has one or two members here; waiting for more only delays every start.
        settings.put("group.initial.rebalance.delay.ms", "0");

        // After a kill -9 the controller lets the broker back in only when the session of its former life has run out.
        settings.put("broker.session.timeout.ms", "4000");
        settings.put("broker.heartbeat.interval.ms", "500");

        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        settings.put("num.recovery.threads.per.data.dir", "2");
        // The cleaner's map is allocated at the start: 128 MiB by default, for compacted topics of a few rows here.
        settings.put("log.cleaner.dedupe.buffer.size", String.valueOf(4 << 20));
        settings.put("log.cleaner.io.buffer.size", String.valueOf(128 << 10));
        settings.put("log.segment.bytes", String.valueOf(256 << 20));
        return settings;
    }
}
