package dev.sightline.query.settings;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.settings.IngestSettings.ModelPrice;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What calls of a project are priced with, in the order in which prices are looked for. */
@Path("/api/v1/prices")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Project settings")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class PriceResource {
    private final RestCaller caller;
    private final ModelPrices own;
    private final ShippedPrices shipped;

    PriceResource(RestCaller caller, ModelPrices own, ShippedPrices shipped) {
        this.caller = caller;
        this.own = own;
        this.shipped = shipped;
    }

    /** The first price whose pattern matches and that holds at the time of the call is taken. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "PriceList")
    record PriceList(List<Price> data,
            @Schema(description = "The month that the shipped prices are of") Instant shippedVersion) {
    }

    /** What a model costs. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "Price")
    record Price(String model, @Schema(description = "RE2 syntax, matched against the whole name") String pattern,
            @Schema(description = "The project's own, set by PATCH /api/v1/project/settings") boolean own,
            @Schema(description = "Holds for what started at or after; null: always") @Nullable Instant startTime,
            @Schema(description = "The first whose conditions hold is taken") List<PriceTier> tiers,
            @Nullable BigDecimal usdPerComputeHour) {
        static Price of(ModelPrice price) {
            return new Price(price.model(), price.pattern(), true, price.startTime(),
                    List.of(new PriceTier("own", null, false, price.usdPerMillion())), price.usdPerComputeHour());
        }

        static Price of(ShippedPrices.Model model) {
            return new Price(model.name(), model.pattern(), false, model.startTime(), model.tiers().stream()
                    .map(tier -> new PriceTier(tier.name(), tier.inputTokensAbove(), tier.hasOtherConditions(),
                            tier.usdPerMillion())).toList(), null);
        }
    }

    /** Prices under conditions. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "PriceTier")
    record PriceTier(String name, @Schema(description = "Holds where the input has more") @Nullable Long inputTokensAbove,
            @Schema(description = "Holds for some parameters of the call only, such as the service tier")
            boolean hasOtherConditions,
            @Schema(description = "US dollars for a million units, by kind") Map<String, BigDecimal> usdPerMillion) {
    }

    @GET
    @Operation(summary = "What models cost: the project's own prices, then the shipped ones")
    @APIResponse(responseCode = "200", description = "All of them")
    public PriceList list() {
        return new PriceList(Stream.concat(own.list(caller.project()).stream().map(Price::of),
                shipped.models().stream().map(Price::of)).toList(), shipped.version());
    }
}
