/** Bytes on the wire: time limits, retries, redirects, and which origin may see a token. */
@NullMarked
package io.github.cumulusmaven.http;

import org.jspecify.annotations.NullMarked;
