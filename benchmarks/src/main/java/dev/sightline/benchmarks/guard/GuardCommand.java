package dev.sightline.benchmarks.guard;

import dev.sightline.benchmarks.edge.CpuTime;
import dev.sightline.benchmarks.guard.Prompts.Prompt;
import dev.sightline.detectors.Detector;
import dev.sightline.detectors.guard.Addresses;
import dev.sightline.detectors.guard.AttackStyle;
import dev.sightline.detectors.guard.InjectionDetector;
import dev.sightline.detectors.guard.PromptLeak;
import dev.sightline.detectors.guard.WordList;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How well the guard tells attacks from other prompts, beside simple means, and what a check costs. */
@Command(name = "guard", description = "In process, one core: labelled prompts through the guard's detectors; their speed.")
public final class GuardCommand implements Callable<Integer> {
    private static final int ROUNDS = 5;
    private static final long ROUND_NANOS = 400_000_000;
    private static final int CHECKED_CHARS = 4_000;
    private static final int LATENCY_CHECKS = 20_000;
    private static final int PAGE_CHARS_MIN = 1_500;
    private static final double BENIGN_RATE_MAX = 0.01;
    private static final List<String> KEYWORDS = List.of("ignore", "disregard", "forget", "bypass", "override",
            "jailbreak", "pretend", "system prompt", "instructions", "roleplay", "unfiltered", "dan ", "developer mode",
            "password", "secret");

    @Option(names = "--data", description = "Folder of guard/prompts.jsonl (default: ../shared/data beside the repository).")
    private Path data = Path.of(System.getProperty("sightline.root"), "../shared/data");

    @Override
    public Integer call() throws IOException {
        List<Prompt> prompts = Prompts.development(data);
        List<Prompt> own = Prompts.own();
        InjectionDetector injection = new InjectionDetector();
        direct("the guard", prompts, text -> !injection.find(text).isEmpty());
        direct("a list of 15 keywords", prompts, GuardCommand::hasKeyword);
        lengthAlone(prompts);
        AttackStyle style = AttackStyle.shipped();
        direct("rules alone", prompts, text -> !injection.findByIntent(text).isEmpty());
        direct("style alone, shown them", prompts, text -> style.score(text) >= InjectionDetector.STYLE_ALONE);
        direct("the guard, our own texts", own, text -> !injection.find(text).isEmpty());
        List<Prompt> unseen = Prompts.unseen();
        direct("the guard, unseen texts", unseen, text -> !injection.find(text).isEmpty());
        direct("rules alone, unseen texts", unseen, text -> !injection.findByIntent(text).isEmpty());
        direct("keywords, unseen texts", unseen, GuardCommand::hasKeyword);
        List<Prompt> second = Prompts.unseenSecond();
        direct("the guard, unseen texts 2", second, text -> !injection.find(text).isEmpty());
        direct("rules alone, unseen texts 2", second, text -> !injection.findByIntent(text).isEmpty());
        direct("keywords, unseen texts 2", second, GuardCommand::hasKeyword);
        List<Prompt> documentation = Prompts.documentation().stream().map(text -> new Prompt(text, "benign")).toList();
        System.out.printf(Locale.ROOT, "of %d paragraphs of our documentation wrongly found: %.3f%n", documentation.size(),
                rate(documentation, "benign", text -> !injection.find(text).isEmpty()));
        direct("keywords, our own texts", own, GuardCommand::hasKeyword);
        thresholds(prompts, injection);
        indirect(prompts, injection);
        wholePolicy(prompts, injection);
        speed(prompts, injection, style);
        return 0;
    }

    private static boolean hasKeyword(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return KEYWORDS.stream().anyMatch(lower::contains);
    }

    private static double rate(List<Prompt> prompts, String label, Predicate<String> found) {
        List<Prompt> of = prompts.stream().filter(prompt -> prompt.label().equals(label)).toList();
        return of.stream().filter(prompt -> found.test(prompt.text())).count() / (double) of.size();
    }

    private static void direct(String name, List<Prompt> prompts, Predicate<String> found) {
        List<Prompt> used = prompts.stream().filter(prompt -> !prompt.isIndirect()).toList();
        long right = used.stream().filter(prompt -> prompt.isAttack() && found.test(prompt.text())).count();
        long all = used.stream().filter(prompt -> found.test(prompt.text())).count();
        long attacks = used.stream().filter(Prompt::isAttack).count();
        double precision = all == 0 ? 0 : right / (double) all;
        double recall = right / (double) attacks;
        System.out.printf(Locale.ROOT, "%-28s precision %.3f recall %.3f F1 %.3f  wrong: benign %.3f benign-hard %.3f%n",
                name, precision, recall, precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall),
                rate(prompts, "benign", found), rate(prompts, "benign-hard", found));
    }

    /** The share of benign prompts at the score is at most what the target allows. */
    private static double threshold(List<Prompt> prompts, ToDoubleFunction<String> score) {
        double[] benign = prompts.stream().filter(prompt -> prompt.label().equals("benign"))
                .mapToDouble(prompt -> score.applyAsDouble(prompt.text())).sorted().toArray();
        return benign.length == 0 ? 0 : Math.nextUp(benign[(int) Math.floor(benign.length * (1 - BENIGN_RATE_MAX)) - 1]);
    }

    private static void lengthAlone(List<Prompt> prompts) {
        double longest = threshold(prompts, String::length);
        direct("longer than %.0f".formatted(longest), prompts, text -> text.length() >= longest);
    }

    private static void thresholds(List<Prompt> prompts, InjectionDetector injection) {
        for (double threshold : new double[] {0.4, 0.5, 0.6, 0.7, 0.8}) {
            System.out.printf(Locale.ROOT, "  at %.1f  recall %.3f  wrong: benign %.3f benign-hard %.3f%n", threshold,
                    rate(prompts, "injection", text -> injection.score(text) >= threshold),
                    rate(prompts, "benign", text -> injection.score(text) >= threshold),
                    rate(prompts, "benign-hard", text -> injection.score(text) >= threshold));
        }
    }

    /** Each attack between two sentences of an ordinary page. */
    private static void indirect(List<Prompt> prompts, InjectionDetector injection) {
        List<String> pages = prompts.stream().filter(prompt -> prompt.label().equals("benign")
                && prompt.text().length() >= PAGE_CHARS_MIN && injection.find(prompt.text()).isEmpty())
                .map(Prompt::text).toList();
        TreeMap<String, int[]> byCategory = new TreeMap<>();
        int page = 0;
        for (Prompt prompt : prompts) {
            if (!prompt.isIndirect()) {
                continue;
            }
            String around = pages.get(page++ % pages.size());
            int at = around.indexOf(". ", around.length() / 2) + 1;
            String text = around.substring(0, at) + " " + prompt.text() + " " + around.substring(at);
            int end = at + prompt.text().length() + 1;
            boolean found = injection.find(text).stream().anyMatch(finding -> finding.start() < end && finding.end() > at);
            int[] counts = byCategory.computeIfAbsent(prompt.label().substring("indirect-injection/".length()),
                    category -> new int[2]);
            counts[0] += found ? 1 : 0;
            counts[1]++;
        }
        int found = byCategory.values().stream().mapToInt(counts -> counts[0]).sum();
        int all = byCategory.values().stream().mapToInt(counts -> counts[1]).sum();
        System.out.printf(Locale.ROOT, "indirect, in %d pages of at least %d characters: recall %.3f (%d of %d)%n",
                pages.size(), PAGE_CHARS_MIN, found / (double) all, found, all);
        byCategory.forEach((category, counts) -> System.out.printf("  %-40s %d of %d%n", category, counts[0], counts[1]));
    }

    private static void wholePolicy(List<Prompt> prompts, InjectionDetector injection) {
        Detector personalData = Detector.standard();
        direct("default policy, any finding", prompts, text -> !injection.find(text).isEmpty()
                || !personalData.find(text).isEmpty());
    }

    private static void speed(List<Prompt> prompts, InjectionDetector injection, AttackStyle style) {
        Detector personalData = Detector.standard();
        Addresses addresses = new Addresses("image_url", List.of(), true);
        String systemPrompt = "You are the assistant of a shop. ".repeat(30);
        PromptLeak leak = new PromptLeak(systemPrompt, List.of("canary-1"));
        StringBuilder long4 = new StringBuilder();
        prompts.stream().filter(prompt -> prompt.label().equals("benign")).forEach(prompt ->
                long4.append(long4.length() < CHECKED_CHARS ? prompt.text() + "\n" : ""));
        String text = long4.substring(0, CHECKED_CHARS);
        System.out.printf("a text of %d characters of benign prompts%n", text.length());
        cost("style of a prompt", text, t -> style.score(t) > 0.5 ? 1 : 0);
        cost("prompt injection", text, t -> injection.find(t).size());
        cost("personal data and secrets", text, t -> personalData.find(t).size());
        cost("system prompt leak", text, t -> leak.find(t).size());
        cost("profanity", text, t -> WordList.profanity().find(t).size());
        cost("image addresses", text, t -> addresses.find(t).size());
        cost("default policy, input", text, t -> injection.find(t).size() + personalData.find(t).size());
        List<String> windows = new ArrayList<>();
        String all = String.join("\n", prompts.stream().map(Prompt::text).toList());
        for (int at = 0; at + CHECKED_CHARS <= all.length(); at += CHECKED_CHARS) {
            windows.add(all.substring(at, at + CHECKED_CHARS));
        }
        ThreadMXBean thread = ManagementFactory.getThreadMXBean();
        long[] clock = new long[LATENCY_CHECKS];
        long[] processor = new long[LATENCY_CHECKS];
        int found = 0;
        for (int i = 0; i < clock.length; i++) {
            String window = windows.get(i % windows.size());
            long began = System.nanoTime();
            long used = thread.getCurrentThreadCpuTime();
            found += injection.find(window).size() + personalData.find(window).size();
            processor[i] = thread.getCurrentThreadCpuTime() - used;
            clock[i] = System.nanoTime() - began;
        }
        Arrays.sort(clock);
        Arrays.sort(processor);
        System.out.printf(Locale.ROOT, "%d checks of %d characters (%d findings): processor median %.0f µs, p99 %.0f µs; "
                + "clock median %.0f µs, p99 %.0f µs%n", clock.length, CHECKED_CHARS, found,
                processor[clock.length / 2] / 1e3, processor[clock.length * 99 / 100] / 1e3,
                clock[clock.length / 2] / 1e3, clock[clock.length * 99 / 100] / 1e3);
    }

    private static void cost(String name, String text, ToLongFunction<String> check) {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            best = Math.min(best, CpuTime.nanosPerUnit(List.of(text), _ -> 1, check, ROUND_NANOS));
        }
        System.out.printf(Locale.ROOT, "  %-28s %7.0f µs %8.0f a second%n", name, best / 1e3, 1e9 / best);
    }
}
