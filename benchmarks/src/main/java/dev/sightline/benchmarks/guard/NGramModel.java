package dev.sightline.benchmarks.guard;

import java.util.List;
import java.util.Locale;
import java.util.Random;

/** A logistic regression over hashed words, pairs of words and four-letter pieces: what the guard's rules are held against. */
final class NGramModel {
    private static final int BITS = 18;
    private static final int EPOCHS = 30;
    private static final double RATE = 0.5;
    private static final double DECAY = 1e-6;

    private final double[] weights = new double[1 << BITS];
    private double bias;

    private NGramModel() {
    }

    static NGramModel train(List<GuardCommand.Prompt> prompts) {
        NGramModel model = new NGramModel();
        double attacks = prompts.stream().filter(GuardCommand.Prompt::isAttack).count();
        double balance = (prompts.size() - attacks) / attacks;
        Random random = new Random(1);
        for (int step = 0; step < EPOCHS * prompts.size(); step++) {
            GuardCommand.Prompt prompt = prompts.get(random.nextInt(prompts.size()));
            int[] features = features(prompt.text());
            double error = (prompt.isAttack() ? 1 : 0) - model.score(features);
            double change = RATE * error * (prompt.isAttack() ? balance : 1) / Math.sqrt(features.length);
            for (int feature : features) {
                model.weights[feature] += change / Math.sqrt(features.length) - DECAY * model.weights[feature];
            }
            model.bias += change / Math.sqrt(features.length);
        }
        return model;
    }

    double score(String text) {
        return score(features(text));
    }

    private double score(int[] features) {
        double sum = 0;
        for (int feature : features) {
            sum += weights[feature];
        }
        return 1 / (1 + Math.exp(-bias - sum / Math.sqrt(features.length)));
    }

    private static int[] features(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        String[] words = lower.split("[^\\p{L}\\p{N}]+");
        int[] features = new int[2 * words.length + Math.max(0, lower.length() - 3)];
        int count = 0;
        for (int i = 0; i < words.length; i++) {
            features[count++] = slot(words[i]);
            features[count++] = slot(words[i] + " " + (i + 1 < words.length ? words[i + 1] : ""));
        }
        for (int i = 0; i + 4 <= lower.length(); i++) {
            features[count++] = slot(lower.substring(i, i + 4) + "#");
        }
        return features;
    }

    private static int slot(String feature) {
        int hash = feature.hashCode() * 0x9E3779B9;
        return hash >>> 32 - BITS;
    }
}
