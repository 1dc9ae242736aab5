package dev.sightline.detectors;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The example numbers that libphonenumber has of every region, as people there write them. */
class WorldPhonesTest {
    private static final PhoneNumberUtil LIBRARY = PhoneNumberUtil.getInstance();
    private static final Detector DETECTOR = Detector.standard();

    private int all;
    private final List<String> missed = new ArrayList<>();

    @Test
    void findsNumbersWithTheirCountryCode() {
        assertThat(share("Ask under %s, please.", PhoneNumberFormat.INTERNATIONAL)).isGreaterThan(0.98);
    }

    @Test
    void findsNumbersAsAtHomeBehindAWordForThem() {
        assertThat(share("my phone number is %s, please", PhoneNumberFormat.NATIONAL)).isGreaterThan(0.95);
    }

    private double share(String sentence, PhoneNumberFormat format) {
        for (String region : LIBRARY.getSupportedRegions()) {
            for (PhoneNumberType type : List.of(PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)) {
                PhoneNumber example = LIBRARY.getExampleNumberForType(region, type);
                String written = example == null ? "" : LIBRARY.format(example, format);
                if (written.chars().filter(Character::isDigit).count() < 7) {
                    continue; // the shortest numbers of small islands are no longer than a year and a day
                }
                all++;
                String text = sentence.formatted(written);
                boolean whole = DETECTOR.find(text).stream().anyMatch(finding -> finding.kind().equals("phone_number")
                        && text.substring(finding.start(), finding.end()).equals(written));
                if (!whole) {
                    missed.add(region + " " + written);
                }
            }
        }
        System.out.printf(Locale.ROOT, "%s: %d of %d found, not: %s%n", format, all - missed.size(), all, missed);
        return 1 - (double) missed.size() / all;
    }
}
