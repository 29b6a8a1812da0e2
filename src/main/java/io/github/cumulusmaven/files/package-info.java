/**
 * Has private files, locks, digests, gunzip, daemon threads, temporary folders and the deletion of trees. Uses nothing but
 * the JDK.
 */
@NullMarked
package io.github.cumulusmaven.files;

import org.jspecify.annotations.NullMarked;
