package dev.sightline.evaluator.relevance;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.AbstractInProcessEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.OnnxBertBiEncoder;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * The sentence embedding model all-MiniLM-L6-v2 (quantised, 384 dimensions, English), in this process, one copy for all
 * callers. It loads in the background a little after the start, or when first needed, and runs on platform threads of
 * its own, because native code would otherwise hold the carriers of virtual threads; one of them is kept for those who
 * can't wait for the texts of others. Vectors have length 1, so that a scalar product is a cosine; a text in which the
 * tokenizer sees nothing (zero-width characters) has the zero vector. When the model can't be loaded, every call tells
 * why.
 */
@Singleton
public class MiniLm {
    /** The model's name as scores carry it. */
    public static final String NAME = "all-MiniLM-L6-v2-q";

    private static final Logger LOG = Logger.getLogger(MiniLm.class);
    private static final int DIMENSIONS = 384;

    private final boolean enabled;
    private final Duration loadDelay;
    private final ThreadFactory factory =
            Thread.ofPlatform().name("minilm-", 0).daemon().priority(Thread.MIN_PRIORITY).factory();
    private final ExecutorService threads;
    private final ExecutorService urgent;
    private final CompletableFuture<Model> model = new CompletableFuture<>();
    private final AtomicBoolean loading = new AtomicBoolean();

    public MiniLm(RelevanceConfig config) {
        this.enabled = config.enabled();
        this.loadDelay = config.loadDelay();
        this.threads = Executors.newFixedThreadPool(config.threads(), factory);
        this.urgent = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("minilm-urgent-", 0).daemon().factory());
    }

    void start(@Observes StartupEvent event) {
        if (enabled) {
            CompletableFuture.delayedExecutor(loadDelay.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
                    .execute(this::load);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        threads.shutdown();
        urgent.shutdown();
    }

    /** Begins to load unless that has begun; returns at once. */
    void load() {
        if (!loading.compareAndSet(false, true)) {
            return;
        }
        // Not on the pool: there, texts that came in between would wait for the model in front of what loads it.
        factory.newThread(() -> {
            try {
                long start = System.nanoTime();
                model.complete(new Model(encoder()));
                LOG.infof("embedding model %s loaded in %d ms", NAME, (System.nanoTime() - start) / 1_000_000);
            } catch (IOException | OrtException | RuntimeException | LinkageError e) {
                LOG.errorf(e, "embedding model %s can't be loaded; answer-relevance scores will record an error, "
                        + "and the guard looks without embeddings", NAME);
                model.completeExceptionally(e);
            }
        }).start();
    }

    /** The texts' vectors, on the model's own threads. Fails with IllegalStateException when there is no model. */
    public Future<List<float[]>> embed(List<String> texts) {
        load();
        return threads.submit(() -> {
            Model loaded = loaded();
            return texts.stream().map(text -> vector(loaded, text)).toList();
        });
    }

    /**
     * One text's vector, soon: before all that {@link #embed} has still to do. Who no longer wants it cancels it, so that
     * it isn't made any more. Fails with IllegalStateException when there is no model.
     *
     * @throws java.util.concurrent.RejectedExecutionException when the service is stopping
     */
    public Future<float[]> embedSoon(String text) {
        load();
        return urgent.submit(() -> vector(loaded(), text));
    }

    private static float[] vector(Model model, String text) {
        try {
            return model.embedAll(List.of(TextSegment.from(text))).content().getFirst().vector();
        } catch (IllegalArgumentException noToken) {
            return new float[DIMENSIONS];
        }
    }

    private Model loaded() {
        try {
            return model.join();
        } catch (CompletionException e) {
            throw new IllegalStateException(
                    "the embedding model could not be loaded: " + e.getCause().getMessage(), e.getCause());
        }
    }

    private static OnnxBertBiEncoder encoder() throws IOException, OrtException {
        // The tokenizer's library would else report its use to its makers, and look for natives on the network.
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                InputStream weights = resource("/all-minilm-l6-v2-q.onnx");
                InputStream tokenizer = resource("/all-minilm-l6-v2-q-tokenizer.json")) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            // The arena keeps the largest request's memory for ever: 30 % more speed is not worth it here.
            options.setCPUArenaAllocator(false);
            options.setMemoryPatternOptimization(false);
            OrtSession session = environment.createSession(weights.readAllBytes(), options);
            return new OnnxBertBiEncoder(environment, session, tokenizer, PoolingMode.MEAN);
        }
    }

    private static InputStream resource(String path) throws IOException {
        InputStream stream = OnnxBertBiEncoder.class.getResourceAsStream(path);
        if (stream == null) {
            throw new IOException("the class path has no " + path);
        }
        return stream;
    }

    /** LangChain4j's model around a session with our options. */
    private static final class Model extends AbstractInProcessEmbeddingModel {
        private final OnnxBertBiEncoder encoder;

        Model(OnnxBertBiEncoder encoder) {
            super(Runnable::run);
            this.encoder = encoder;
        }

        @Override
        protected OnnxBertBiEncoder model() {
            return encoder;
        }

        @Override
        protected Integer knownDimension() {
            return DIMENSIONS;
        }
    }
}
