package dev.sightline.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How well the detector does on labelled texts. Prints the tables that docs/detectors.md shows. */
class QualityTest {
    private static final Detector DETECTOR = Detector.standard();

    @Test
    void findsWhatIsInTheCommittedTextsAndLeavesTheRest() throws IOException {
        List<Labelled> documents = Labelled.fixture();
        Quality quality = print("committed texts", documents);
        for (Kind kind : Kind.values()) {
            assertThat(quality.of(kind).hit()).as(kind + " is in the texts").isPositive();
            assertThat(quality.of(kind).f1()).as("F1 of " + kind).isGreaterThanOrEqualTo(0.95);
        }
    }

    @Test
    void findsWhatIsInTheSharedDocuments() throws IOException {
        Path file = Path.of(System.getProperty("shared.data",
                System.getProperty("sightline.root") + "/../shared/data")).resolve("pii/documents.jsonl");
        assumeTrue(Files.exists(file), "left out: there is no " + file.normalize() + "; give the folder with -Dshared.data");
        Quality quality = print("shared documents", Labelled.jsonLines(file));
        assertThat(quality.all().f1()).isGreaterThanOrEqualTo(0.95);
        assertThat(quality.of(Kind.PHONE_NUMBER).f1()).isGreaterThanOrEqualTo(0.9);
    }

    private static Quality print(String name, List<Labelled> documents) {
        Quality quality = Quality.of(documents, DETECTOR::find);
        System.out.println(quality.table(name));
        System.out.println(Quality.of(documents, Baseline::find).table(name + ", baseline"));
        quality.mistakes().forEach(System.out::println);
        return quality;
    }
}
