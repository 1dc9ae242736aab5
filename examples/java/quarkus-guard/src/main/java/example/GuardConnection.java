package example;

import dev.sightline.guard.client.GuardClient;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The guard's client as a bean: one connection for the whole application, closed when it ends. */
class GuardConnection {
    @Produces
    @Singleton
    GuardClient open(@ConfigProperty(name = "guard.address") String address,
            @ConfigProperty(name = "guard.key") String key, @ConfigProperty(name = "guard.secret") String secret,
            @ConfigProperty(name = "guard.timeout") Duration timeout) {
        return GuardClient.plaintext(address, key, secret, timeout, GuardClient.OnFailure.CLOSED);
    }

    void close(@Disposes GuardClient guard) {
        guard.close();
    }
}
