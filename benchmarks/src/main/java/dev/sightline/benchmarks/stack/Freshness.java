package dev.sightline.benchmarks.stack;

import dev.sightline.benchmarks.corpus.ExportRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How long it takes from an acknowledgement until the API shows the trace. Of the requests offered it follows a few at
 * a time, so that asking does not become the load.
 */
final class Freshness implements AutoCloseable {
    private static final int FOLLOWED = 2;
    private static final long PAUSE_MILLIS = 100;
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore free = new Semaphore(FOLLOWED);
    private final List<Double> millis = Collections.synchronizedList(new ArrayList<>());
    private final String tracesUrl;
    private final String authorization;

    Freshness(RunningStack stack) {
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
        HttpRequest get = HttpRequest.newBuilder(URI.create(tracesUrl + traceId))
                .header("Authorization", authorization).build();
        while (System.nanoTime() - acknowledged < GIVE_UP_NANOS) {
            try {
                if (http.send(get, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    millis.add((System.nanoTime() - acknowledged) / 1e6);
                    return;
                }
            } catch (java.io.IOException e) {
                // Asked again below; the wait counts.
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        millis.add(GIVE_UP_NANOS / 1e6);
    }

    /** Waits for those being followed. */
    void await() throws InterruptedException {
        free.acquire(FOLLOWED);
        free.release(FOLLOWED);
    }

    @Override
    public String toString() {
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
    public void close() {
        threads.shutdownNow();
        http.shutdownNow();
    }
}
