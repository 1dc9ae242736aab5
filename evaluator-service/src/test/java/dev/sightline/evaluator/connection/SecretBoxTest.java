package dev.sightline.evaluator.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.base.auth.DerivedKey;
import org.junit.jupiter.api.Test;

class SecretBoxTest {
    private static SecretBox box(String key) {
        return new SecretBox(new DerivedKey(() -> key));
    }

    @Test
    void opensWhatItClosedForTheSameRowAndKeyOnly() {
        SecretBox box = box("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
        byte[] closed = box.close("sk-secret", "project\nname");
        assertThat(new String(closed)).doesNotContain("secret");
        assertThat(closed).isNotEqualTo(box.close("sk-secret", "project\nname"));
        assertThat(box.open(closed, "project\nname")).isEqualTo("sk-secret");
        assertThatThrownBy(() -> box.open(closed, "another\nname")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> box("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").open(closed, "project\nname"))
                .hasMessageContaining("SIGHTLINE_ENCRYPTION_KEY");
        closed[closed.length - 1] ^= 1;
        assertThatThrownBy(() -> box.open(closed, "project\nname")).isInstanceOf(IllegalStateException.class);
    }
}
