package dev.sightline.benchmarks.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process has used so far, by /proc: Linux only. */
record ProcessUse(String name, long pid) {
    /** The kernel counts in these on every platform that Linux runs Java on. */
    private static final double TICKS_PER_SECOND = 100;

    /** Processor seconds since it began, all threads, user and system. */
    double cpuSeconds() {
        return cpuSeconds(read("stat"));
    }

    /** The part of {@link #cpuSeconds} that went to the JVM's compilers: it ends when the process is warm. */
    double compilerCpuSeconds() {
        double seconds = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(folder().resolve("task"))) {
            for (Path thread : threads) {
                String stat = Files.readString(thread.resolve("stat"));
                if (stat.contains("(C1 Compiler") || stat.contains("(C2 Compiler")) {
                    seconds += cpuSeconds(stat);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(name + " is gone", e);
        }
        return seconds;
    }

    private static double cpuSeconds(String stat) {
        // The second field is the name in parentheses and may hold spaces.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** Memory in RAM now, in MiB. */
    long residentMiB() {
        return memory("VmRSS:");
    }

    /** The most memory it ever had in RAM, in MiB. */
    long mostResidentMiB() {
        return memory("VmHWM:");
    }

    boolean isAlive() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private long memory(String field) {
        return read("status").lines().filter(line -> line.startsWith(field)).findFirst()
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .orElseThrow(() -> new IllegalStateException("no " + field + " of " + name));
    }

    private Path folder() {
        return Path.of("/proc", Long.toString(pid));
    }

    private String read(String file) {
        try {
            return Files.readString(folder().resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(name + " is gone", e);
        }
    }
}
