/** An embedded SMART bulk-data server on loopback, over sample patients or a folder of NDJSON. */
@NullMarked
package io.github.cumulusmaven.sandbox;

import org.jspecify.annotations.NullMarked;
