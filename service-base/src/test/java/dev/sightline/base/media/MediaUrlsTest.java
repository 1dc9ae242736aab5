package dev.sightline.base.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.base.auth.DerivedKey;
import dev.sightline.base.media.MediaUrls.Upload;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class MediaUrlsTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final String ID = "0123456789abcdefghij-_";
    private static final Upload UPLOAD = new Upload("image/png", 42, "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=");

    private static MediaUrls urls(String key, Instant now) {
        return new MediaUrls(new DerivedKey(() -> key), () -> Duration.ofHours(1), Clock.fixed(now, ZoneOffset.UTC));
    }

    private final MediaUrls urls = urls("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", NOW);
    private final long expires = urls.expiry().getEpochSecond();

    private static String signature(String url) {
        return url.substring(url.indexOf("&signature=") + "&signature=".length());
    }

    @Test
    void anAddressHoldsUntilItsEndAndNotLonger() {
        String signature = signature(urls.download("shop", ID, urls.expiry()));

        assertThat(urls.expiry()).isEqualTo(NOW.plus(Duration.ofHours(1)));
        MediaUrls later = urls("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", urls.expiry().minusSeconds(1));
        assertThatCode(() -> later.check("shop", ID, expires, null, signature)).doesNotThrowAnyException();
        MediaUrls tooLate = urls("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", urls.expiry());
        assertThatThrownBy(() -> tooLate.check("shop", ID, expires, null, signature)).hasMessageContaining("expired");
    }

    @Test
    void whatIsSignedCannotBeChanged() {
        String upload = signature(urls.upload("shop", ID, UPLOAD, urls.expiry()));
        String download = signature(urls.download("shop", ID, urls.expiry()));

        assertThatCode(() -> urls.check("shop", ID, expires, UPLOAD, upload)).doesNotThrowAnyException();
        refused("other", ID, expires, UPLOAD, upload);
        refused("shop", "1" + ID.substring(1), expires, UPLOAD, upload);
        refused("shop", ID, expires + 1, UPLOAD, upload);
        refused("shop", ID, expires, new Upload("text/html", 42, UPLOAD.sha256()), upload);
        refused("shop", ID, expires, new Upload("image/png", 43, UPLOAD.sha256()), upload);
        refused("shop", ID, expires, new Upload("image/png", 42, "x" + UPLOAD.sha256().substring(1)), upload);
        refused("shop", ID, expires, UPLOAD, download);
        refused("shop", ID, expires, null, upload);
        refused("shop", ID, expires, null, null);
        refused("shop\n" + ID, "", expires, null, download);
    }

    @Test
    void anotherInstallationsAddressIsNone() {
        String signature = signature(urls("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=", NOW)
                .download("shop", ID, urls.expiry()));

        refused("shop", ID, expires, null, signature);
    }

    @Test
    void namesAreEncoded() {
        assertThat(urls.download("a&b=c/d e", ID, urls.expiry()))
                .startsWith("/api/public/media/" + ID + "/content?project=a%26b%3Dc%2Fd+e&expires=");
    }

    private void refused(String project, String id, long expiry, Upload upload, String signature) {
        assertThatThrownBy(() -> urls.check(project, id, expiry, upload, signature)).hasMessageContaining("signature");
    }
}
