/** What a bulk export leaves out, and single requests can bring: Medications and the bodies of notes. */
@NullMarked
package io.github.cumulusmaven.hydrate;

import org.jspecify.annotations.NullMarked;
