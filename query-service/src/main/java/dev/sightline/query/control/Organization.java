package dev.sightline.query.control;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** Who owns projects and has members. The id is chosen by whoever creates it and never changes. */
@Entity
@Table(name = "organizations")
public class Organization extends PanacheEntityBase {
    @Id
    public String id;
    public String name;
}
