/** What is shown while something long runs. Uses nothing but the JDK. */
@NullMarked
package io.github.cumulusmaven.progress;

import org.jspecify.annotations.NullMarked;
