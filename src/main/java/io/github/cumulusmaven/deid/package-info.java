/** De-identification: what stays of a resource, and in which form; streaming, and exact in what it keeps. */
@NullMarked
package io.github.cumulusmaven.deid;

import org.jspecify.annotations.NullMarked;
