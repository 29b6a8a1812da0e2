/**
 * JSON as bytes: read once, strictly by RFC 8259, and copied from where it is. It is our own because what stays of a resource
 * must stay to the letter (1.50, escapes), and because it depends on properties that come later whether one stays: the events
 * of a parser give neither the bytes nor a second look. {@code src/checks/jmh} measures it against Jackson's plain copy, which
 * drops nothing. Nothing here knows of FHIR's rules.
 */
@NullMarked
package io.github.cumulusmaven.deid.json;

import org.jspecify.annotations.NullMarked;
