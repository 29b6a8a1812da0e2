/** The goals. The only package that sees Maven: parameters in, sentences out; what a goal does is in {@code run}. */
@NullMarked
package io.github.cumulusmaven.mojo;

import org.jspecify.annotations.NullMarked;
