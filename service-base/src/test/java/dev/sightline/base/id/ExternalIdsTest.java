package dev.sightline.base.id;

import static dev.sightline.base.id.ExternalIds.external;
import static dev.sightline.base.id.ExternalIds.name;
import static dev.sightline.base.id.ExternalIds.observationId;
import static dev.sightline.base.id.ExternalIds.traceId;
import static dev.sightline.base.id.ExternalIds.traceRecordSpanId;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ExternalIdsTest {
    private static final String HEX = "0af7651916cd43dd8448eb211c80319c";
    private static final String UUID = "0af76519-16cd-43dd-8448-eb211c80319c";

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    @Test
    void hexadecimalTextIsTheIdItself() {
        assertThat(hex(traceId(HEX))).isEqualTo(HEX);
        assertThat(hex(traceId(UUID))).isEqualTo(HEX);
        assertThat(hex(traceId(HEX.toUpperCase()))).isEqualTo(HEX);
        assertThat(hex(observationId("b7ad6b7169203331"))).isEqualTo("b7ad6b7169203331");
    }

    @Test
    void anyOtherTextIsHashedForEver() {
        // sha256sum of the text: other values here would cut off what is stored from its name.
        assertThat(hex(traceId("my-trace"))).isEqualTo("670c0f140bf357e6d99293ad6cf0d246");
        assertThat(hex(observationId("my-trace"))).isEqualTo("670c0f140bf357e6");
        assertThat(hex(traceRecordSpanId(traceId(HEX)))).isEqualTo("cd73612fc0649c3f");
    }

    @Test
    void zerosMeanNoIdAndAreTextHere() {
        assertThat(hex(traceId("0".repeat(32)))).isNotEqualTo("0".repeat(32)).hasSize(32);
        assertThat(hex(observationId("0".repeat(16)))).isNotEqualTo("0".repeat(16)).hasSize(16);
    }

    @Test
    void almostHexadecimalIsText() {
        for (String text : new String[] {HEX + "0", HEX.substring(1), HEX.substring(1) + "g",
            "0af76519-16cd-43dd-8448eb211c80319c-", "0af76519-16cd-43dd-8448-eb211c80319x", "Ａ".repeat(32), ""}) {
            assertThat(traceId(text).size()).isEqualTo(16);
            assertThat(hex(traceId(text))).as(text).isNotEqualTo(text.replace("-", ""));
        }
    }

    @Test
    void theSendersTextComesBack() {
        for (String text : new String[] {HEX, HEX.toUpperCase(), UUID, "my-trace", "0".repeat(32), "übung ✓"}) {
            ByteString id = traceId(text);
            assertThat(name(external(text, id), id)).isEqualTo(text);
        }
        assertThat(external(HEX, traceId(HEX))).isEmpty();
        assertThat(external(UUID, traceId(UUID))).isEqualTo(UUID);
        assertThat(name("", ByteString.EMPTY)).isEmpty();
    }
}
