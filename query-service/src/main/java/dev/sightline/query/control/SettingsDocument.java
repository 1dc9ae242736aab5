package dev.sightline.query.control;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A project's ingest settings as JSON. A project without one has everything at its default. */
@Entity
@Table(name = "ingest_settings")
public class SettingsDocument extends PanacheEntityBase {
    @Id
    @Column(name = "project_id")
    public String projectId;
    public String document;
}
