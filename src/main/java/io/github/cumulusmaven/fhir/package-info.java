/** FHIR JSON, NDJSON, references and instants: what the resources look like, and nothing of where they come from. */
@NullMarked
package io.github.cumulusmaven.fhir;

import org.jspecify.annotations.NullMarked;
