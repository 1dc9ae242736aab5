package dev.sightline.benchmarks.guard;

import dev.sightline.detectors.guard.AttackStyle;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * Learns the weights of {@link AttackStyle} by stochastic gradient descent, always the same way. Attacks and other texts
 * weigh as much in sum, so a score of 0.5 says nothing about how frequent attacks are.
 */
final class StyleTraining {
    private static final int EPOCHS = 20;
    private static final double RATE = 9;
    private static final double DECAY = 1e-5;

    /** A text and whether it is an attack. */
    record Example(String text, boolean isAttack) {
    }

    private final double[] weights = new double[AttackStyle.SLOTS];
    private double bias;

    static StyleTraining on(List<Example> examples) {
        StyleTraining training = new StyleTraining();
        int[][] slots = examples.stream().map(example -> AttackStyle.slots(example.text())).toArray(int[][]::new);
        double attacks = examples.stream().filter(Example::isAttack).count();
        double balance = (examples.size() - attacks) / attacks;
        Random random = new Random(1);
        int steps = EPOCHS * examples.size();
        for (int step = 0; step < steps; step++) {
            int i = random.nextInt(slots.length);
            boolean isAttack = examples.get(i).isAttack();
            double norm = AttackStyle.norm(slots[i]);
            double error = (isAttack ? balance : 1) * ((isAttack ? 1 : 0) - training.score(slots[i]));
            double rate = RATE * (1 - step / (double) steps);
            for (int slot : slots[i]) {
                training.weights[slot] += rate * (error / norm - DECAY * training.weights[slot]);
            }
            training.bias += rate * 0.1 * error / norm;
        }
        return training;
    }

    double score(String text) {
        return score(AttackStyle.slots(text));
    }

    private double score(int[] slots) {
        double sum = 0;
        for (int slot : slots) {
            sum += weights[slot];
        }
        return 1 / (1 + Math.exp(-bias - sum / AttackStyle.norm(slots)));
    }

    /** As {@link AttackStyle#shipped} reads it: the largest weight becomes 127. */
    void write(Path file) throws IOException {
        double largest = 0;
        for (double weight : weights) {
            largest = Math.max(largest, Math.abs(weight));
        }
        double scale = largest / Byte.MAX_VALUE;
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
            out.writeFloat((float) bias);
            out.writeFloat((float) scale);
            for (double weight : weights) {
                out.writeByte((int) Math.round(weight / scale));
            }
        }
    }
}
