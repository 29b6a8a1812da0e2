/**
 * Output tables: rows in, whole files under their final names out, each id once. Knows nothing of where the rows come
 * from.
 */
@NullMarked
package io.github.cumulusmaven.table;

import org.jspecify.annotations.NullMarked;
