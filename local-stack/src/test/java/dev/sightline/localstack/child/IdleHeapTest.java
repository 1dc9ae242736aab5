package dev.sightline.localstack.child;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdleHeapTest {
    private static final long MIB = 1 << 20;

    private final IdleHeap heap = new IdleHeap();

    @Test
    void collectsOnceWhenALargeHeapIsQuiet() {
        assertThat(heap.shouldCollect(500 * MIB, 600 * MIB)).isFalse();
        assertThat(heap.shouldCollect(502 * MIB, 600 * MIB)).isFalse();
        assertThat(heap.shouldCollect(504 * MIB, 600 * MIB)).isFalse();
        assertThat(heap.shouldCollect(506 * MIB, 600 * MIB)).isTrue();
        heap.collected(40 * MIB);

        for (int i = 0; i < 10; i++) {
            assertThat(heap.shouldCollect((41 + i) * MIB, 100 * MIB)).isFalse();
        }
    }

    @Test
    void collectsAgainAfterWork() {
        quiet(40);
        heap.collected(40 * MIB);
        assertThat(heap.shouldCollect(300 * MIB, 600 * MIB)).isFalse();

        assertThat(quiet(300)).isTrue();
    }

    @Test
    void leavesAJvmAtWorkAlone() {
        for (int i = 0; i < 20; i++) {
            assertThat(heap.shouldCollect((i % 5) * 100 * MIB, 600 * MIB)).isFalse();
        }
    }

    @Test
    void leavesASmallHeapAlone() {
        for (int i = 0; i < 10; i++) {
            assertThat(heap.shouldCollect(30 * MIB, 60 * MIB)).isFalse();
        }
    }

    private boolean quiet(long usedMib) {
        boolean collect = false;
        for (int i = 0; i < 4; i++) {
            collect = heap.shouldCollect(usedMib * MIB, 600 * MIB);
        }
        return collect;
    }
}
