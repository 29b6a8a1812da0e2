/**
 * Keeps the secrets that make anonymous ids, in Cumulus ETL's form, so that a site can go from one program to the
 * other.
 */
@NullMarked
package io.github.cumulusmaven.deid.codebook;

import org.jspecify.annotations.NullMarked;
