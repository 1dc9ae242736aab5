package dev.sightline.detectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class DetectorTest {
    private static final Detector DETECTOR = Detector.standard();
    private static final String CARD = "4111111111111111";

    private static List<String> found(Detector detector, String text) {
        return detector.find(text).stream()
                .map(finding -> finding.kind() + "=" + text.substring(finding.start(), finding.end())).toList();
    }

    private static List<String> found(String text) {
        return found(DETECTOR, text);
    }

    @Test
    void looksOnlyForTheKindsThatAreWanted() {
        String text = "anna@example.org, card " + CARD + ", ip 203.0.113.9";
        assertThat(found(text)).containsExactly("email_address=anna@example.org", "credit_card=" + CARD,
                "ip_address=203.0.113.9");
        for (Kind kind : EnumSet.of(Kind.EMAIL_ADDRESS, Kind.CREDIT_CARD, Kind.IP_ADDRESS)) {
            assertThat(found(Detector.of(EnumSet.of(kind), List.of()), text)).singleElement()
                    .satisfies(found -> assertThat(found).startsWith(kind.id() + "="));
        }
        assertThat(found(Detector.of(EnumSet.noneOf(Kind.class), List.of()), text)).isEmpty();
    }

    @Test
    void theNearestWordDecidesWhatANumberIs() {
        assertThat(found("phone 4155552671, order 4155552672")).containsExactly("phone_number=4155552671");
        assertThat(found("order 4155552671, phone 4155552672")).containsExactly("phone_number=4155552672");
        assertThat(found("{\"orderId\":4155552671,\"mobilePhone\":4155552672}")).containsExactly(
                "phone_number=4155552672");
        assertThat(found("ssn 219456789")).containsExactly("us_ssn=219456789");
        assertThat(found("count 219456789")).isEmpty();
    }

    @Test
    void seesThroughEscapesScriptsAndInvisibleCharacters() {
        assertThat(found("{\"a\":\"x\\nanna\\u0040example.org\\n\"}")).containsExactly(
                "email_address=anna\\u0040example.org");
        assertThat(found("{\"a\":\"{\\\"card\\\":\\\"\\\\n" + CARD + "\\\"}\"}")).containsExactly("credit_card=" + CARD);
        assertThat(found("card ４１１１１１１１１１１１１１１１")).containsExactly("credit_card=４１１１１１１１１１１１１１１１");
        assertThat(found("card 4111\u200b1111\u200b1111\u200b1111\u200b!")).containsExactly(
                "credit_card=4111\u200b1111\u200b1111\u200b1111");
        assertThat(found("card ٤١١١ ١١١١ ١١١١ ١١١١")).hasSize(1);
        assertThat(found("card 4111\u00a01111\u20111111 1111")).isEmpty(); // mixed separators are no card's
        assertThat(found("card 4111\u20111111\u20111111\u20111111")).hasSize(1);
        assertThat(found("anna＠example．org")).hasSize(1);
        assertThat(found("\uD835\uDFDC\uD835\uDFD9\uD835\uDFD9\uD835\uDFD9 1111 1111 1111 card")).hasSize(1);
        assertThat(found("path C:\\new\\report and \\(x\\) stay")).isEmpty();
    }

    @Test
    void whatOverlapsIsOneFindingThatCoversAll() {
        Detector detector = Detector.of(EnumSet.of(Kind.EMAIL_ADDRESS),
                List.of(CustomPattern.of("employee", "employee [a-z]+")));
        assertThat(found(detector, "employee anna@example.org")).containsExactly("employee=employee anna@example.org");
        assertThat(found("ftp://anna:" + CARD + "@host.example.org/")).containsExactly("secret=" + CARD);
    }

    @Test
    void countsCodePointsForOthers() {
        String text = "😀 anna@example.org 😀 10.1.2.3 host";
        List<Finding> findings = DETECTOR.find(text);
        assertThat(findings).extracting(Finding::start).containsExactly(3, 23);
        assertThat(Finding.inCodePoints(text, findings)).extracting(Finding::start, Finding::end)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(2, 18), org.assertj.core.groups.Tuple.tuple(21, 29));
    }

    /** The quick look must let through all that the long one finds; each line alone, so that none hides another. */
    @Test
    void aTextThatIsPassedOverHoldsNothing() throws java.io.IOException {
        int passedOver = 0;
        for (Labelled document : Labelled.fixture()) {
            assertThat(DETECTOR.find(document.text())).isEqualTo(DETECTOR.search(document.text()));
            passedOver += DETECTOR.mayHold(document.text()) ? 0 : 1;
            for (Labelled.Span span : document.spans()) {
                String alone = document.text().substring(span.start(), span.end());
                assertThat(DETECTOR.find(alone)).as(alone).isEqualTo(DETECTOR.search(alone));
            }
        }
        assertThat(passedOver).isPositive();
    }

    @Test
    void saysHowSureItIs() {
        double alone = DETECTOR.find(CARD).getFirst().score();
        double named = DETECTOR.find("card " + CARD).getFirst().score();
        assertThat(alone).isBetween(Detector.THRESHOLD, 0.9);
        assertThat(named).isGreaterThan(alone).isLessThanOrEqualTo(1);
    }
}
