package dev.sightline.evaluator.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.proto.evaluator.v1.Template;
import dev.sightline.proto.evaluator.v1.VariableMapping;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ShippedTemplatesTest {
    @Test
    void eachIsCompleteAndWouldBeTakenFromAProject() {
        assertThat(ShippedTemplates.all()).hasSize(16).allSatisfy(template -> {
            assertThat(template.getDescription()).isNotBlank();
            assertThat(template.getMappingList().stream().map(VariableMapping::getVariable).collect(Collectors.toSet()))
                    .containsExactlyInAnyOrderElementsOf(template.getVariablesList());
            Template copy = Checks.template(template.toBuilder().setName("copy").build());
            assertThat(copy.getTarget()).isEqualTo(template.getTarget());
            assertThat(copy.getScoreType()).isEqualTo(template.getScoreType());
        });
        assertThat(ShippedTemplates.find("sightline/tone").orElseThrow().getCategoriesList()).contains("rude");
        assertThat(ShippedTemplates.find("sightline/conversation-resolved").orElseThrow().getTarget()).isEqualTo("session");
    }
}
