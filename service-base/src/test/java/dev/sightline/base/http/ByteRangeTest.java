package dev.sightline.base.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({"bytes=0-0,0,1", "bytes=0-,0,10", "bytes=4-6,4,3", "bytes=4-99,4,6", "bytes=-3,7,3", "bytes=-99,0,10",
            "bytes=-,0,10", "'bytes=0-1,3-4',0,10", "lines=1-2,0,10", ",0,10"})
    void asTheHeaderSays(String header, long from, long length) {
        assertThat(ByteRange.parse(header, 10)).isEqualTo(new ByteRange(from, length, 10));
    }

    @ParameterizedTest
    @CsvSource({"bytes=10-", "bytes=10-12", "bytes=5-4", "bytes=-0"})
    void noneOfTheContent(String header) {
        assertThat(ByteRange.parse(header, 10)).isNull();
    }

    @Test
    void isTold() {
        assertThat(ByteRange.parse("bytes=4-6", 10).header()).isEqualTo("bytes 4-6/10");
    }
}
