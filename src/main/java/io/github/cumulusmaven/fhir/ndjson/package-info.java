/** Newline-delimited JSON: the lines of files (FL-15), and the files of folders by what is in them. */
@NullMarked
package io.github.cumulusmaven.fhir.ndjson;

import org.jspecify.annotations.NullMarked;
