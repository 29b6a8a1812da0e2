/** What of URLs, secrets and a server's words may be shown or logged; JDK only. */
@NullMarked
package io.github.cumulusmaven.redact;

import org.jspecify.annotations.NullMarked;
