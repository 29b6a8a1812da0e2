/** The FHIR Bulk Data Access protocol: kick-off, status, manifest, files, delete. */
@NullMarked
package io.github.cumulusmaven.bulk;

import org.jspecify.annotations.NullMarked;
