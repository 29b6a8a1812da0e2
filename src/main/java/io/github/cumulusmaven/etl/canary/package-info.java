/** The PHI canary: compares the tables' rows with what identifies the input's Patients, before anybody sees them. */
@NullMarked
package io.github.cumulusmaven.etl.canary;

import org.jspecify.annotations.NullMarked;
