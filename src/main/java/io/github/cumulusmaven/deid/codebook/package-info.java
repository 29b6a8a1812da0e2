/** The secrets that make anonymous ids, kept as Cumulus ETL keeps them, so that a site can go from one to the other. */
@NullMarked
package io.github.cumulusmaven.deid.codebook;

import org.jspecify.annotations.NullMarked;
