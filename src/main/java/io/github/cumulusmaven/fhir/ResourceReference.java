package io.github.cumulusmaven.fhir;

import java.util.Locale;

/**
 * Names what a reference leads to.
 *
 * @param form what kind of reference it is
 * @param type the resource type that it names; empty where it names none that FHIR knows
 * @param id of the resource, without version, fragment or query; for other forms, what there is in its place
 */
public record ResourceReference(Form form, String type, String id) {
    /** What a reference looks like. */
    public enum Form {
        /** One resource, by its type and id: it joins that resource's row. */
        RESOURCE,
        /** A resource inside of the one that refers to it. */
        CONTAINED,
        /** A search: {@code Patient?identifier=…}. */
        SEARCH,
        /** An absolute URL that is not below a FHIR base of the server. */
        OTHER_URL,
        /** A URN whose resource type is not known. */
        URN,
        /** An id, and no resource type. */
        UNTYPED,
        /** Nothing that FHIR calls a reference. */
        MALFORMED;

        /** Whether it can be the reference of another row. */
        public boolean joins() {
            return this == RESOURCE || this == CONTAINED;
        }

        /** As it stands in reports. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
