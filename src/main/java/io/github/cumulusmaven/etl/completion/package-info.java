/** What tells Cumulus Library whether a group's data are all there: where they come from, as of when, and how far. */
@NullMarked
package io.github.cumulusmaven.etl.completion;

import org.jspecify.annotations.NullMarked;
