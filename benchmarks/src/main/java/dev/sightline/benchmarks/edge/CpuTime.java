package dev.sightline.benchmarks.edge;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.ToLongFunction;
import java.util.List;

/**
 * Processor time of this process, garbage collection and compilation included, while a step runs over and over. Time on
 * the wall would count what other programs take from us as well.
 */
public final class CpuTime {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    /** Read, so that no work is without a reader. */
    private static volatile long sink;

    private CpuTime() {
    }

    /** Nanoseconds of processor time that one unit takes, over about so much processor time. */
    public static <T> double nanosPerUnit(List<T> inputs, ToLongFunction<T> unitsOf, ToLongFunction<T> step, long atLeastNanos) {
        long begin = PROCESS.getProcessCpuTime();
        long units = 0;
        long used = 0;
        while (used < atLeastNanos) {
            for (T input : inputs) {
                sink += step.applyAsLong(input);
                units += unitsOf.applyAsLong(input);
            }
            used = PROCESS.getProcessCpuTime() - begin;
        }
        return (double) used / units;
    }

    public static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
