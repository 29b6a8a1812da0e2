/** Shows the progress of long work. Uses nothing but the JDK. */
@NullMarked
package io.github.cumulusmaven.progress;

import org.jspecify.annotations.NullMarked;
