package dev.sightline.ingestion.write;

import java.util.Arrays;

/** A set of 64-bit hashes of span ids: open addressing, 8 bytes a slot, at most half full. Not thread-safe. */
final class SpanIds {
    private long[] slots = new long[1024];
    private int size;
    private boolean holdsZero;

    int size() {
        return size + (holdsZero ? 1 : 0);
    }

    boolean contains(long hash) {
        return hash == 0 ? holdsZero : slots[slotOf(hash, slots)] == hash;
    }

    /** True when the hash was not in the set before. */
    boolean add(long hash) {
        if (hash == 0) {
            boolean added = !holdsZero;
            holdsZero = true;
            return added;
        }
        int slot = slotOf(hash, slots);
        if (slots[slot] == hash) {
            return false;
        }
        slots[slot] = hash;
        if (++size * 2 > slots.length) {
            grow();
        }
        return true;
    }

    /** Closes the gap, so that what was put behind it for want of room is still found. */
    void remove(long hash) {
        if (hash == 0) {
            holdsZero = false;
            return;
        }
        int gap = slotOf(hash, slots);
        if (slots[gap] != hash) {
            return;
        }
        int mask = slots.length - 1;
        for (int slot = gap + 1 & mask; slots[slot] != 0; slot = slot + 1 & mask) {
            int home = (int) (slots[slot] ^ slots[slot] >>> 32) & mask;
            if ((slot - home & mask) >= (slot - gap & mask)) {
                slots[gap] = slots[slot];
                gap = slot;
            }
        }
        slots[gap] = 0;
        size--;
    }

    void clear() {
        if (slots.length > 1024) {
            slots = new long[1024];
        } else {
            Arrays.fill(slots, 0);
        }
        size = 0;
        holdsZero = false;
    }

    private void grow() {
        long[] larger = new long[slots.length * 2];
        for (long hash : slots) {
            if (hash != 0) {
                larger[slotOf(hash, larger)] = hash;
            }
        }
        slots = larger;
    }

    private static int slotOf(long hash, long[] slots) {
        int mask = slots.length - 1;
        int slot = (int) (hash ^ hash >>> 32) & mask;
        while (slots[slot] != 0 && slots[slot] != hash) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
