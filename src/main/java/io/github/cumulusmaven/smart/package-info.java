/** SMART Backend Services: discovery, keys, client assertions and access tokens. The only package that sees Nimbus. */
@NullMarked
package io.github.cumulusmaven.smart;

import org.jspecify.annotations.NullMarked;
