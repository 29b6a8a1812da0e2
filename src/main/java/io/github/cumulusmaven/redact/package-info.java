/** Decides which parts of URLs, secrets and a server's words may be shown or logged; uses nothing but the JDK. */
@NullMarked
package io.github.cumulusmaven.redact;

import org.jspecify.annotations.NullMarked;
