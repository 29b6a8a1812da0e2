/** The goals. The only package that sees Maven: parameters in, messages out, no logic of its own. */
@NullMarked
package io.github.cumulusmaven.mojo;

import org.jspecify.annotations.NullMarked;
