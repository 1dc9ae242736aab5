package dev.sightline.benchmarks.stack;

import dev.sightline.benchmarks.corpus.ExportRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How long it takes from an acknowledgement until a query finds the trace's observations, and how long the API then
 * takes to show it whole. Of the requests offered it follows one at a time and asks the engine for it by its key: asking
 * must not become the load.
 */
final class Freshness implements AutoCloseable {
    private static final long PAUSE_MILLIS = 25;
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore free = new Semaphore(1);
    private final List<Double> queryable = Collections.synchronizedList(new ArrayList<>());
    private final List<Double> shown = Collections.synchronizedList(new ArrayList<>());
    private final Store store;
    private final String tracesUrl;
    private final String authorization;

    Freshness(RunningStack stack) throws SQLException {
        store = new Store(stack);
        tracesUrl = stack.text("base_url") + "/api/v1/traces/";
        authorization = stack.authorization();
    }

    /** Follows the request if there is room for one more. */
    void offer(ExportRequest request, long number) {
        long acknowledged = System.nanoTime();
        if (free.tryAcquire()) {
            threads.execute(() -> {
                try {
                    follow(request.lastTraceId(number), acknowledged);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    free.release();
                }
            });
        }
    }

    private void follow(String traceId, long acknowledged) throws InterruptedException {
        while (!store.hasTrace(traceId)) {
            if (System.nanoTime() - acknowledged > GIVE_UP_NANOS) {
                queryable.add(GIVE_UP_NANOS / 1e6);
                return;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        long found = System.nanoTime();
        queryable.add((found - acknowledged) / 1e6);
        try {
            int status = http.send(HttpRequest.newBuilder(URI.create(tracesUrl + traceId))
                    .header("Authorization", authorization).build(), HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status != 200) {
                throw new IllegalStateException("a trace that a query finds is answered with " + status);
            }
            shown.add((System.nanoTime() - found) / 1e6);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Waits for the one being followed. */
    void await() throws InterruptedException {
        free.acquire();
        free.release();
    }

    @Override
    public String toString() {
        return "queryable " + quantiles(queryable) + "; then shown by GET /api/v1/traces/ID within "
                + quantiles(shown);
    }

    private static String quantiles(List<Double> millis) {
        List<Double> sorted = new ArrayList<>(millis);
        Collections.sort(sorted);
        return sorted.isEmpty() ? "nothing seen" : String.format(Locale.ROOT,
                "p50 %.0f ms, p90 %.0f ms, p99 %.0f ms, most %.0f ms, of %d traces",
                at(sorted, 0.50), at(sorted, 0.90), at(sorted, 0.99), sorted.getLast(), sorted.size());
    }

    private static double at(List<Double> sorted, double quantile) {
        return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(quantile * sorted.size())));
    }

    @Override
    public void close() throws SQLException {
        threads.shutdownNow();
        http.shutdownNow();
        store.close();
    }
}
