package dev.sightline.evaluator.queue;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The evaluations that wait in PostgreSQL for their turn: what judges and slower scorers do. */
@ConfigMapping(prefix = "sightline.evaluator.queue")
public interface QueueConfig {
    /** Evaluations under way at once in this process, over all connections. */
    @WithDefault("64")
    int concurrency();

    /** Of these, scorers that embed or ask other servers. */
    @WithDefault("2")
    int scorerConcurrency();

    /** Traces that are held in memory at once while their values are read out of them. */
    @WithDefault("3")
    int fetches();

    /** Tries of one evaluation. After the last its score records the error, and the run is kept as dead. */
    @WithDefault("5")
    int attemptsMax();

    /** The first pause between tries; doubles up to the longest, at random up to half less. Retry-After wins. */
    @WithDefault("PT5S")
    Duration backoff();

    @WithDefault("PT15M")
    Duration backoffMax();

    /** A run whose process has not said for this long that it lives is taken over by another. */
    @WithDefault("PT30S")
    Duration lease();

    /** How often the queue is looked at when nothing says that something is due. */
    @WithDefault("PT1S")
    Duration poll();

    /** Evaluations of one rule that may wait. What comes beyond is left out and counted; a backfill waits. */
    @WithDefault("20000")
    int waitingPerRuleMax();

    /** Runs without a value in a row after which an evaluator is paused. */
    @WithDefault("20")
    int failuresMax();

    /** How long a session must have been quiet before it is judged, where its rule asks for less. */
    @WithDefault("PT2M")
    Duration sessionQuiet();

    /** Traces of a session that are read, the latest ones. */
    @WithDefault("50")
    int sessionTracesMax();

    /** How long dead runs are kept. */
    @WithDefault("P7D")
    Duration deadKept();
}
