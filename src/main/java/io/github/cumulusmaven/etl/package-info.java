/** The ETL: a folder of FHIR NDJSON becomes de-identified tables, with a record of what is complete. */
@NullMarked
package io.github.cumulusmaven.etl;

import org.jspecify.annotations.NullMarked;
