package dev.sightline.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.localstack.kafka.KafkaBroker;
import dev.sightline.localstack.kafka.KafkaReadiness;
import dev.sightline.localstack.kafka.KafkaSettings;
import dev.sightline.localstack.postgres.PostgresBinaries;
import dev.sightline.localstack.postgres.PostgresServer;
import dev.sightline.localstack.process.JvmCommand;
import dev.sightline.localstack.process.LogFile;
import dev.sightline.localstack.process.Logs;
import dev.sightline.localstack.process.ProcessSpec;
import dev.sightline.localstack.process.ProcessSpec.Preparation;
import dev.sightline.localstack.process.SupervisedProcess.Snapshot;
import dev.sightline.localstack.process.SupervisedProcess.State;
import dev.sightline.localstack.stack.StackStep.Start;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real PostgreSQL and the real Kafka under the supervisor: used, killed, found again with their data, stopped. */
class EnginesTest {
    private static final String PASSWORD = "secret'; with \"quotes\"";

    @TempDir
    private static Path folder;
    private static PostgresServer postgres;
    private static int kafkaPort;
    private static Supervisor supervisor;
    private static final List<StackEvent> EVENTS = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        Logs.toStandardError();
        postgres = new PostgresServer(
                PostgresBinaries.unpack(CacheFolder.find()), folder.resolve("postgres"), freePort());
        kafkaPort = freePort();
        supervisor = new Supervisor(List.of(postgresStep(), kafkaStep(freePort())), EVENTS::add, () -> { });
        supervisor.start();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        List<Snapshot> running = List.copyOf(supervisor.snapshots().values());
        supervisor.stop();
        for (Snapshot process : running) {
            assertThat(ProcessHandle.of(process.pid()).filter(ProcessHandle::isAlive)).as(process.name()).isEmpty();
        }
        assertThat(EVENTS.stream().filter(StackEvent.Stopped.class::isInstance)).hasSize(2);
    }

    private static Start postgresStep() {
        Preparation prepare = () -> {
            postgres.create(PASSWORD);
            postgres.clearLeftovers();
        };
        return new Start(new ProcessSpec("postgres", postgres.command(), Map.of(), folder,
                new LogFile(folder.resolve("postgres.log")), prepare, postgres::ready, postgres::serverPid,
                Duration.ofMinutes(2), Duration.ofSeconds(20)), false, "", Set.of());
    }

    private static Start kafkaStep(int controllerPort) {
        List<String> command = new JvmCommand("kafka", folder, 256, List.of()).ofOurs(KafkaBroker.class.getName(),
                folder.resolve("kafka").toString(), String.valueOf(kafkaPort), String.valueOf(controllerPort));
        return new Start(new ProcessSpec("kafka", command, Map.of(), folder,
                new LogFile(folder.resolve("kafka.log")), Preparation.NONE, new KafkaReadiness(kafkaPort),
                OptionalLong::empty, Duration.ofMinutes(2), Duration.ofSeconds(20)), false, "", Set.of());
    }

    @Test
    void postgresKeepsWhatItConfirmedOverAKill() throws Exception {
        try (Connection connection = connect(PASSWORD); Statement statement = connection.createStatement()) {
            assertThat(setting(statement, "server_version")).startsWith("18.");
            assertThat(setting(statement, "fsync")).isEqualTo("on");
            assertThat(setting(statement, "synchronous_commit")).isEqualTo("on");
            assertThat(setting(statement, "listen_addresses")).isEqualTo("127.0.0.1");
            statement.execute("CREATE TABLE kept (word text)");
            statement.execute("INSERT INTO kept VALUES ('grüße')");
            // A busy backend outlives its server for a moment; the restart has to get it out of the way.
            Thread busy = Thread.ofVirtual().start(EnginesTest::keepBusy);
            kill("postgres");
            busy.join();
        }

        try (Connection connection = connect(PASSWORD); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT word FROM kept")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("grüße");
        }
    }

    @Test
    void postgresAsksForThePassword() {
        assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(
                SQLException.class, () -> connect("wrong").close()).getSQLState()).isEqualTo("28P01");
    }

    @Test
    void kafkaKeepsWhatItConfirmedOverAKill() throws Exception {
        byte[] large = new byte[KafkaSettings.MESSAGE_BYTES_MAX - (64 << 10)];
        large[large.length - 1] = 7;
        try (Admin admin = Admin.create(clientSettings())) {
            admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
        }
        send("kept", new byte[] {1});
        send("kept", large);

        kill("kafka");

        send("kept", new byte[] {3});
        List<ConsumerRecord<byte[], byte[]>> records = read("kept", 3);
        assertThat(records).extracting(record -> record.value().length).containsExactly(1, large.length, 1);
        assertThat(records.get(1).value()).isEqualTo(large);
    }

    @Test
    void kafkaMakesNoTopicByAccident() throws Exception {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> send("nobody-made-this", new byte[1])))
                .isInstanceOf(ExecutionException.class);
        try (Admin admin = Admin.create(clientSettings())) {
            assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS)).doesNotContain("nobody-made-this");
        }
    }

    private static void kill(String name) throws InterruptedException {
        Snapshot before = snapshot(name);
        ProcessHandle.of(before.pid()).orElseThrow().destroyForcibly();
        for (int i = 0; i < 1_200; i++) {
            Snapshot now = snapshot(name);
            if (now.restarts() > before.restarts() && now.state() == State.READY) {
                assertThat(now.pid()).isNotEqualTo(before.pid());
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError(name + " did not come back: " + snapshot(name));
    }

    private static Snapshot snapshot(String name) {
        return supervisor.snapshots().values().stream().filter(process -> process.name().equals(name)).findFirst()
                .orElseThrow();
    }

    private static void keepBusy() {
        try (Connection connection = connect(PASSWORD); Statement statement = connection.createStatement()) {
            statement.execute("SELECT count(*) FROM generate_series(1, 1000000000)");
        } catch (SQLException killed) {
            // That is the point.
        }
    }

    private static Connection connect(String password) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + postgres.port() + "/"
                + PostgresServer.DATABASE, PostgresServer.USER, password);
    }

    private static String setting(Statement statement, String name) throws SQLException {
        try (ResultSet row = statement.executeQuery("SHOW " + name)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Properties clientSettings() {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", "127.0.0.1:" + kafkaPort);
        settings.put("max.request.size", String.valueOf(KafkaSettings.MESSAGE_BYTES_MAX));
        settings.put("buffer.memory", String.valueOf(2 * KafkaSettings.MESSAGE_BYTES_MAX));
        settings.put("max.block.ms", "5000");
        settings.put("acks", "all");
        return settings;
    }

    private static void send(String topic, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                clientSettings(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, value)).get(60, TimeUnit.SECONDS);
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(String topic, int count) {
        List<ConsumerRecord<byte[], byte[]>> records = new CopyOnWriteArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                clientSettings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            for (int i = 0; i < 60 && records.size() < count; i++) {
                consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
            }
        }
        return records;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
