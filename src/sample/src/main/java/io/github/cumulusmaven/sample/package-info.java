/** Makes the sample data of the embedded server from the output of Synthea; never part of the plugin itself. */
package io.github.cumulusmaven.sample;
