package dev.sightline.query.settings;

import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.settings.IngestSettings.ModelPrice;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** A project's own prices one by one: they are a part of its settings, and what stands there is what edges apply. */
@Singleton
public class ModelPrices {
    private final SettingsStore settings;

    ModelPrices(SettingsStore settings) {
        this.settings = settings;
    }

    public List<ModelPrice> list(ProjectScope scope) {
        return settings.of(scope).modelPrices();
    }

    /** What names a price among a project's: made of its model, pattern and start. */
    public static String id(ModelPrice price) {
        return UUID.nameUUIDFromBytes(("own\n" + price.model() + "\n" + price.pattern() + "\n" + price.startTime())
                .getBytes(StandardCharsets.UTF_8)).toString();
    }

    public Optional<ModelPrice> get(ProjectScope scope, String id) {
        return list(scope).stream().filter(price -> id(price).equals(id)).findFirst();
    }

    /** Adds the price, in the place of one with the same model, pattern and start. Throws INVALID_ARGUMENT. */
    public void put(ProjectScope scope, ModelPrice price) {
        settings.change(scope, before -> before.withModelPrices(Stream.concat(Stream.of(price),
                before.modelPrices().stream().filter(other -> !id(other).equals(id(price)))).toList()));
    }

    /** Throws INVALID_ARGUMENT for what is wrong with a price, naming {@code pattern}, {@code model} and so on. */
    public static void check(ModelPrice price) {
        SettingsCheck.price("price", price);
    }

    /** False when there is no such price. */
    public boolean delete(ProjectScope scope, String id) {
        boolean isThere = get(scope, id).isPresent();
        if (isThere) {
            settings.change(scope, before -> before.withModelPrices(
                    before.modelPrices().stream().filter(other -> !id(other).equals(id)).toList()));
        }
        return isThere;
    }
}
