package dev.sightline.acceptance.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.acceptance.client.ClickHouseClient;
import dev.sightline.acceptance.client.KafkaState;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.OtlpGrpcClient;
import dev.sightline.acceptance.client.OtlpHttpClient;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Kills the writer, the edge, Kafka and ClickHouse with signal 9 at random moments under load: afterwards every
 * acknowledged span is readable once, none twice, and the roll-up equals the raw rows.
 * {@code -Dcrash.rounds=} sets how many kills (6; each victim at least once from 4 on), {@code -Dcrash.seed=} repeats
 * the same victims, pauses and payloads; the moments themselves are the machine's.
 */
@Order(Integer.MAX_VALUE)
class CrashTest {
    private static final int ROUNDS = Integer.getInteger("crash.rounds", 6);
    private static final long SEED = Long.getLong("crash.seed", System.nanoTime() & 0xffff_ffffL);
    private static final int GRPC_CLIENTS = 4;
    private static final Duration CALL = Duration.ofSeconds(15);
    private static final Duration CAUGHT_UP = Duration.ofMinutes(5);

    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
    private final List<String> diary = new ArrayList<>();
    private final Random random = new Random(SEED);
    private Ledger ledger;

    @Test
    @Timeout(value = 24, unit = TimeUnit.HOURS)
    void everyAcknowledgedSpanIsStoredOnceWhateverIsKilled() throws Exception {
        SharedStack.stop();
        say("crash test: " + ROUNDS + " rounds, seed " + SEED + " (repeat with -Dcrash.seed=" + SEED + ")");
        // Nothing is scored meanwhile: the load is to be all that writes.
        try (Stack stack = Stack.start("crash", Map.of("SIGHTLINE_SETTLE", "PT24H"));
             Victims victims = new Victims(stack)) {
            ledger = new Ledger();
            AtomicBoolean stop = new AtomicBoolean();
            List<Thread> clients = startLoad(stack, stop);
            try {
                List<String> schedule = schedule();
                for (int round = 1; round <= ROUNDS && surprises.isEmpty(); round++) {
                    Await.sleep(1000 + random.nextInt(4000));
                    playRound(round, schedule.get(round - 1), victims);
                }
                Await.sleep(1000);
            } finally {
                stop.set(true);
                for (Thread client : clients) {
                    client.join();
                }
            }
            say("load stopped: " + ledger.summary());
            awaitCaughtUp(stack);
            List<String> problems = new Audit(stack, ledger).run(SEED);
            surprises.forEach(surprise -> problems.add("unexpected answer: " + surprise));
            report(problems);
            proveThatTheAuditSees(stack);
        }
    }

    private List<Thread> startLoad(Stack stack, AtomicBoolean stop) {
        List<Thread> clients = new ArrayList<>();
        for (int i = 1; i <= GRPC_CLIENTS; i++) {
            clients.add(startClient("grpc-" + i, stack, stop,
                    new OtlpGrpcClient(stack.file().text("otlp_grpc"), CALL)));
        }
        clients.add(startClient("http", stack, stop, new OtlpHttpClient(Transport.HTTP.endpoint(stack), CALL)));
        clients.add(startClient("http-base-url", stack, stop,
                new OtlpHttpClient(Transport.HTTP_BASE_URL.endpoint(stack), CALL)));
        return clients;
    }

    private Thread startClient(String name, Stack stack, AtomicBoolean stop, OtlpClient client) {
        return Thread.ofPlatform().name("load-" + name).start(new Load(name, client,
                stack.project().authorization(), ledger, SEED ^ name.hashCode(), stop, surprises));
    }

    private List<String> schedule() {
        List<String> schedule = new ArrayList<>();
        while (schedule.size() < ROUNDS) {
            List<String> all = new ArrayList<>(Victims.ALL);
            Collections.shuffle(all, random);
            schedule.addAll(all);
        }
        return schedule;
    }

    /** One kill; at times a second one, of another process close to it or of the same while it comes back. */
    private void playRound(int round, String victim, Victims victims) {
        long at = ledger.millis();
        StringBuilder line = new StringBuilder("kill -9 " + victim);
        long pid = victims.kill(victim);
        int twist = random.nextInt(10);
        String other = Victims.ALL.get(random.nextInt(Victims.ALL.size()));
        if (twist < 2 && !other.equals(victim)) {
            int delay = random.nextInt(1500);
            Await.sleep(delay);
            long otherPid = victims.kill(other);
            line.append(" and ").append(other).append(" ").append(delay).append(" ms later");
            victims.awaitStarted(other, otherPid);
            victims.awaitReady(other);
        } else if (twist < 4) {
            victims.awaitStarted(victim, pid);
            int delay = random.nextInt(4000);
            Await.sleep(delay);
            pid = victims.kill(victim);
            line.append(", again ").append(delay).append(" ms after it was restarted");
        }
        victims.awaitStarted(victim, pid);
        victims.awaitReady(victim);
        say("round %d/%d at +%.1f s: %s; back after %.1f s; %s".formatted(round, ROUNDS, at / 1000.0, line,
                (ledger.millis() - at) / 1000.0, ledger.summary()));
    }

    private void awaitCaughtUp(Stack stack) {
        try (KafkaState kafka = new KafkaState(stack.file().text("kafka"))) {
            Await.until("the writer to have stored everything", CAUGHT_UP, () -> kafka.writerLag() == 0);
        }
        say("writer has caught up");
    }

    private void report(List<String> problems) {
        if (problems.isEmpty()) {
            say("crash test passed: " + ROUNDS + " rounds, seed " + SEED + ", " + ledger.summary());
            return;
        }
        throw new AssertionError("crash test failed, seed " + SEED + "\n" + String.join("\n", diary)
                + "\nwhat is wrong:\n" + String.join("\n", problems));
    }

    /** An audit that finds nothing must be able to find something: every kind of damage is done, and has to be seen. */
    private void proveThatTheAuditSees(Stack stack) throws Exception {
        ClickHouseClient clickHouse = new ClickHouseClient(stack);
        String settings = " SETTINGS insert_deduplicate = 0";
        clickHouse.execute("INSERT INTO observations SELECT * FROM observations FINAL ORDER BY span_id LIMIT 1" + settings);
        clickHouse.execute("ALTER TABLE observation_content DELETE WHERE span_id ="
                + " (SELECT max(span_id) FROM observation_content) SETTINGS mutations_sync = 2");
        clickHouse.execute("INSERT INTO observations_by_minute SELECT * FROM observations_by_minute"
                + " ORDER BY minute DESC LIMIT 1" + settings);
        String seen = String.join("\n", new Audit(stack, ledger).run(SEED));
        assertThat(seen).contains("is stored 2 times", "was acknowledged and is missing: ",
                "an observation without content: ", "roll-up: ");
        say("the audit sees a row that is there twice, one that is missing, and a wrong sum");
    }

    private void say(String line) {
        diary.add(line);
        System.out.println(line);
    }
}
