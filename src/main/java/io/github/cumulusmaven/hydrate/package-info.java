/** Adds by single requests what a bulk export leaves out: Medications and the bodies of notes. */
@NullMarked
package io.github.cumulusmaven.hydrate;

import org.jspecify.annotations.NullMarked;
