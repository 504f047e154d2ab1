/** Creates and connects the services of a configuration, for the command line, Jenkins, benchmarks and tests alike. */
package io.loadshare.wiring;
