package io.github.cumulusmaven.smart;

/** The two signature algorithms that SMART demands of every client (SM-06); new key pairs are made for one of them. */
public enum KeyAlgorithm {
    /** RSA with 3072 bits and SHA-384. */
    RS384,
    /** ECDSA with the curve P-384 and SHA-384. */
    ES384
}
