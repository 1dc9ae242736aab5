package dev.sightline.localstack.process;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/** Whether a started process can be used by now. Asked again and again; cheap, and false rather than an error. */
@FunctionalInterface
public interface Readiness {
    boolean ready();

    /** Ready when GET answers 200. */
    static Readiness http(String url) {
        return () -> {
            try {
                HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
                connection.setConnectTimeout((int) ANSWER_WITHIN.toMillis());
                connection.setReadTimeout((int) ANSWER_WITHIN.toMillis());
                connection.setUseCaches(false);
                try {
                    return connection.getResponseCode() == 200;
                } finally {
                    connection.disconnect();
                }
            } catch (IOException notYet) {
                return false;
            }
        };
    }

    /** How long one question may take. */
    Duration ANSWER_WITHIN = Duration.ofSeconds(2);
}
