package io.github.cumulusmaven.smart;

/** The two signature algorithms that SMART demands of every client (SM-06): what a new key pair is made for. */
public enum KeyAlgorithm {
    /** RSA with 3072 bits and SHA-384. */
    RS384,
    /** The curve P-384 and SHA-384. */
    ES384
}
