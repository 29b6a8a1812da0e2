/** Newline-delimited JSON: counting it, and looking at its lines (FL-15). */
@NullMarked
package io.github.cumulusmaven.fhir.ndjson;

import org.jspecify.annotations.NullMarked;
