package dev.sightline.query.langfuse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.http.StrictJson;
import dev.sightline.query.settings.IngestSettings.ModelPrice;
import dev.sightline.query.settings.ModelPrices;
import dev.sightline.query.settings.ShippedPrices;
import dev.sightline.query.trace.Parameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What models cost, as Langfuse's public API serves it: the project's own prices, then the shipped ones. */
@Path("/api/public/models")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "400", description = "A field or parameter is wrong; `message` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseModelResource {
    private static final int MILLION_DIGITS = 6;

    private final RestCaller caller;
    private final ModelPrices own;
    private final ShippedPrices shipped;

    LangfuseModelResource(RestCaller caller, ModelPrices own, ShippedPrices shipped) {
        this.caller = caller;
        this.own = own;
        this.shipped = shipped;
    }

    /** A page by number. */
    @Schema(name = "LangfuseModelPage")
    record ModelPage(List<LangfuseModel> data, LangfuseJson.Meta meta) {
    }

    /** Prices for one unit of a model that is to be priced: by input, output and total, or by one tier. */
    @Schema(name = "LangfuseNewModel")
    @JsonIgnoreProperties(ignoreUnknown = true)
    record NewModel(String modelName, String matchPattern, String startDate, String unit, BigDecimal inputPrice,
            BigDecimal outputPrice, BigDecimal totalPrice, List<NewTier> pricingTiers) {
    }

    /** The tier. */
    @Schema(name = "LangfuseNewPricingTier")
    @JsonIgnoreProperties(ignoreUnknown = true)
    record NewTier(String name, Map<String, BigDecimal> prices) {
    }

    @GET
    @Operation(summary = "List models by page: the project's own, then the shipped ones")
    @APIResponse(responseCode = "200", description = "A page")
    public ModelPage list(@Parameter(description = "From 1") @QueryParam("page") String page,
            @Parameter(description = "1 to 100, default 50") @QueryParam("limit") String limit) {
        LangfusePage wanted = LangfusePage.of(page, limit);
        List<LangfuseModel> all = all(caller.project()).toList();
        return new ModelPage(wanted.cut(all), wanted.meta(all.size()));
    }

    @GET
    @Path("{modelId}")
    @Operation(summary = "A model")
    @APIResponse(responseCode = "200", description = "The model")
    @APIResponse(responseCode = "404", description = "There is no such model")
    public LangfuseModel get(@PathParam("modelId") String id) {
        return all(caller.project()).filter(model -> model.id().equals(id)).findFirst()
                .orElseThrow(() -> unknown(id));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Price a model", description = "Takes the place of a price with the same name, pattern and "
            + "start. Calls are priced by it within about a minute.")
    @APIResponse(responseCode = "200", description = "The model")
    public LangfuseModel create(NewModel asked) {
        ProjectScope scope = caller.projectToManage();
        ModelPrice price = price(asked);
        own.put(scope, price);
        return LangfuseModel.of(price);
    }

    /** What deletions answer. */
    @Schema(name = "LangfuseMessage")
    record Message(String message) {
    }

    @DELETE
    @Path("{modelId}")
    @Operation(summary = "Take back a price of the project's own")
    @APIResponse(responseCode = "200", description = "It is gone")
    @APIResponse(responseCode = "404", description = "The project has no such price of its own")
    public Message delete(@PathParam("modelId") String id) {
        if (!own.delete(caller.projectToManage(), id)) {
            throw unknown(id);
        }
        return new Message("Model " + id + " deleted");
    }

    private Stream<LangfuseModel> all(ProjectScope scope) {
        return Stream.concat(own.list(scope).stream().map(LangfuseModel::of),
                shipped.models().stream().map(model -> LangfuseModel.of(model, shipped.version())));
    }

    private static ModelPrice price(NewModel asked) {
        StrictJson.present(asked);
        if (asked.unit != null && !asked.unit.equals("TOKENS")) {
            throw ServiceException.invalid("unit", "must be TOKENS; price other units by their kind in pricingTiers");
        }
        Map<String, BigDecimal> usdPerMillion = new TreeMap<>();
        perUnit(asked).forEach((kind, price) -> {
            if (price != null) {
                usdPerMillion.put(kind, price.movePointRight(MILLION_DIGITS));
            }
        });
        ModelPrice price = new ModelPrice(asked.modelName, asked.matchPattern,
                Parameters.time("startDate", asked.startDate).orElse(null), usdPerMillion, null);
        try {
            ModelPrices.check(price);
        } catch (ServiceException e) {
            throw ServiceException.invalid(named(Optional.ofNullable(e.field()).orElse("")), e.getMessage());
        }
        return price;
    }

    private static Map<String, BigDecimal> perUnit(NewModel asked) {
        Map<String, BigDecimal> flat = new TreeMap<>();
        flat.put("input", asked.inputPrice);
        flat.put("output", asked.outputPrice);
        flat.put("total", asked.totalPrice);
        boolean isFlat = flat.values().stream().anyMatch(price -> price != null);
        if (asked.pricingTiers == null || asked.pricingTiers.isEmpty()) {
            if (asked.totalPrice != null && (asked.inputPrice != null || asked.outputPrice != null)) {
                throw ServiceException.invalid("totalPrice", "can't be given beside inputPrice or outputPrice");
            }
            return flat;
        }
        if (isFlat) {
            throw ServiceException.invalid("pricingTiers", "can't be given beside inputPrice, outputPrice or totalPrice");
        }
        if (asked.pricingTiers.size() > 1 || asked.pricingTiers.getFirst() == null
                || asked.pricingTiers.getFirst().prices == null) {
            throw ServiceException.invalid("pricingTiers", "must be one tier with prices: a project's own prices have "
                    + "no conditions yet");
        }
        return asked.pricingTiers.getFirst().prices;
    }

    /** The settings' name of a field as Langfuse's. */
    private static String named(String field) {
        return field.endsWith(".pattern") ? "matchPattern" : field.endsWith(".model") ? "modelName"
                : field.endsWith(".start_time") ? "startDate" : "pricingTiers";
    }

    private static ServiceException unknown(String id) {
        return ServiceException.of(ErrorCode.NOT_FOUND, "Model " + id + " not found within authorized project");
    }
}
