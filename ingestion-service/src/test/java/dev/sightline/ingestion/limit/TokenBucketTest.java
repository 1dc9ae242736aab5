package dev.sightline.ingestion.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void aFullBucketPassesItsBurstAndNoMore() {
        TokenBucket bucket = new TokenBucket();
        assertThat(bucket.take(300, 100, 500, 0)).isZero();
        assertThat(bucket.take(200, 100, 500, 0)).isZero();
        assertThat(bucket.take(1, 100, 500, 0)).isEqualTo(SECOND / 100);
        assertThat(bucket.take(50, 100, 500, SECOND / 2)).isZero();
        assertThat(bucket.take(1, 100, 500, SECOND / 2)).isPositive();
    }

    @Test
    void whatIsLargerThanTheBurstPassesOnceAndLeavesADebt() {
        TokenBucket bucket = new TokenBucket();
        assertThat(bucket.take(2_000, 100, 500, 0)).isZero();
        assertThat(bucket.take(1, 100, 500, 0)).as("1,500 owed and one more").isEqualTo(15 * SECOND + SECOND / 100);
        assertThat(bucket.take(2_000, 100, 500, 20 * SECOND - 1)).isPositive();
        assertThat(bucket.take(2_000, 100, 500, 20 * SECOND + 1)).isZero();
    }

    @Test
    void aRefusalTakesNothingAndAGivenBackAmountCanBeTakenAgain() {
        TokenBucket bucket = new TokenBucket();
        assertThat(bucket.take(500, 100, 500, 0)).isZero();
        for (int i = 0; i < 1_000; i++) {
            assertThat(bucket.take(10, 100, 500, 0)).isPositive();
        }
        bucket.giveBack(500);
        assertThat(bucket.take(500, 100, 500, 0)).isZero();
    }

    @Test
    void aLoweredLimitHoldsAtOnce() {
        TokenBucket bucket = new TokenBucket();
        assertThat(bucket.take(1, 1_000, 5_000, 0)).isZero();
        assertThat(bucket.take(50, 10, 50, 0)).isZero();
        assertThat(bucket.take(1, 10, 50, 0)).isPositive();
    }

    /** Whatever comes: no more passes than burst plus rate times time (and one debt), and who waits as told passes. */
    @Test
    void theRateHoldsOverTime() {
        long seed = System.nanoTime();
        System.out.println("TokenBucketTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            double rate = 1 + random.nextInt(10_000);
            double burst = rate * (1 + random.nextInt(10));
            int amountMax = 1 + random.nextInt((int) (2 * burst));
            TokenBucket bucket = new TokenBucket();
            long now = random.nextLong(0, 1_000 * SECOND);
            long start = now;
            double passed = 0;
            for (int i = 0; i < 500; i++) {
                double amount = 1 + random.nextInt(amountMax);
                long wait = bucket.take(amount, rate, burst, now);
                if (wait == 0) {
                    passed += amount;
                } else if (random.nextBoolean()) {
                    now += wait;
                    assertThat(bucket.take(amount, rate, burst, now + 1)).as("waited as told").isZero();
                    passed += amount;
                }
                now += random.nextLong(0, SECOND / 100);
            }
            double seconds = (now + 1 - start) / (double) SECOND;
            assertThat(passed).isLessThanOrEqualTo(burst + amountMax + rate * seconds + 1);
        }
    }
}
