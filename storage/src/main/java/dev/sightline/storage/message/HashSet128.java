package dev.sightline.storage.message;

import com.google.protobuf.ByteString;

/** A set of 16-byte hashes: open addressing, 16 bytes a slot, at most half full. Not thread-safe. */
final class HashSet128 {
    private static final int SLOTS_MIN = 8;

    private long[] slots = new long[2 * SLOTS_MIN];
    private int size;

    boolean contains(ByteString hash) {
        long first = first(hash);
        long second = second(hash);
        int slot = slotOf(first, second, slots);
        return slots[slot] == first && slots[slot + 1] == second;
    }

    /** True when the hash was not in the set before. */
    boolean add(ByteString hash) {
        long first = first(hash);
        long second = second(hash);
        int slot = slotOf(first, second, slots);
        if (slots[slot] == first && slots[slot + 1] == second) {
            return false;
        }
        slots[slot] = first;
        slots[slot + 1] = second;
        if (++size * 4 > slots.length) {
            grow();
        }
        return true;
    }

    int bytes() {
        return slots.length * Long.BYTES;
    }

    private void grow() {
        long[] larger = new long[slots.length * 2];
        for (int i = 0; i < slots.length; i += 2) {
            if ((slots[i] | slots[i + 1]) != 0) {
                int slot = slotOf(slots[i], slots[i + 1], larger);
                larger[slot] = slots[i];
                larger[slot + 1] = slots[i + 1];
            }
        }
        slots = larger;
    }

    /** Zeros mark an empty slot: no SHA-256 that anyone has found begins with so many. */
    private static int slotOf(long first, long second, long[] slots) {
        int mask = slots.length - 1;
        int slot = (int) (first ^ first >>> 32) << 1 & mask;
        while ((slots[slot] | slots[slot + 1]) != 0 && (slots[slot] != first || slots[slot + 1] != second)) {
            slot = slot + 2 & mask;
        }
        return slot;
    }

    private static long first(ByteString hash) {
        return word(hash, 0);
    }

    private static long second(ByteString hash) {
        return word(hash, Long.BYTES);
    }

    private static long word(ByteString hash, int from) {
        long word = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            word = word << 8 | hash.byteAt(i) & 0xff;
        }
        return word;
    }
}
