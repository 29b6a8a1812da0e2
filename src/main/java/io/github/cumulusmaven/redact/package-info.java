/**
 * Decides which parts of URLs, secrets and a server's words may be shown or logged; uses the JDK and FHIR's names of resource
 * types.
 */
@NullMarked
package io.github.cumulusmaven.redact;

import org.jspecify.annotations.NullMarked;
