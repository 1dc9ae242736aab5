package dev.sightline.benchmarks.stack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Processor time of some processes from now on. */
final class CpuMeter {
    private final Map<ProcessUse, Double> before = new LinkedHashMap<>();

    CpuMeter(List<ProcessUse> processes) {
        processes.forEach(process -> before.put(process, process.cpuSeconds()));
    }

    /** Seconds used since this meter was made, by process name. */
    Map<String, Double> seconds() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        before.forEach((process, then) -> seconds.put(process.name(), process.cpuSeconds() - then));
        return seconds;
    }

    double sum() {
        return seconds().values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
