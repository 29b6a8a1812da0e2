/** Runs of the goals without Maven: settings in, outcomes out as values, what happens meanwhile to listeners. */
@NullMarked
package io.github.cumulusmaven.run;

import org.jspecify.annotations.NullMarked;
