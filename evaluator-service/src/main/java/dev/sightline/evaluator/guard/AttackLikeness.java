package dev.sightline.evaluator.guard;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * How like an attack a prompt is by what it means: a logistic regression over the vector that
 * {@link dev.sightline.evaluator.relevance.MiniLm} gives of the prompt's first {@value #CHARS_MAX} characters. It hears
 * of wordings that no rule knows, and errs more often than the rules: ADR 0019 and ADR 0021 say how often. Weights and
 * threshold come from {@code ./benchmarks/run guard-embeddings --train}. Immutable, thread-safe.
 */
public final class AttackLikeness {
    /** The kind of every finding. */
    public static final String KIND = "injection_likeness";
    /** Where the weights lie: threshold, bias, their number, and each of them, as floats and an int. */
    public static final String RESOURCE = "attack-likeness.bin";

    /** About 256 tokens of English, for which the model was made. */
    private static final int CHARS_MAX = 1_000;

    private final float threshold;
    private final float bias;
    private final float[] weights;

    public AttackLikeness(double threshold, double bias, double[] weights) {
        this((float) threshold, (float) bias, floats(weights));
    }

    private AttackLikeness(float threshold, float bias, float[] weights) {
        this.threshold = threshold;
        this.bias = bias;
        this.weights = weights;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** With the weights of the jar. */
    public static AttackLikeness shipped() {
        try (InputStream file = AttackLikeness.class.getResourceAsStream(RESOURCE);
             DataInputStream in = new DataInputStream(file)) {
            float threshold = in.readFloat();
            float bias = in.readFloat();
            float[] weights = new float[in.readInt()];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = in.readFloat();
            }
            return new AttackLikeness(threshold, bias, weights);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #shipped} reads it. */
    public void write(OutputStream file) throws IOException {
        DataOutputStream out = new DataOutputStream(file);
        out.writeFloat(threshold);
        out.writeFloat(bias);
        out.writeInt(weights.length);
        for (float weight : weights) {
            out.writeFloat(weight);
        }
        out.flush();
    }

    /** From this score on a prompt is reported, unless a policy says otherwise. */
    public double threshold() {
        return threshold;
    }

    /** 0 to 1. */
    public double score(float[] vector) {
        double sum = bias;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * vector[i];
        }
        return 1 / (1 + Math.exp(-sum));
    }

    /** What of a prompt is read. */
    public static String read(String text) {
        if (text.length() <= CHARS_MAX) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(CHARS_MAX - 1)) ? CHARS_MAX - 1 : CHARS_MAX);
    }
}
