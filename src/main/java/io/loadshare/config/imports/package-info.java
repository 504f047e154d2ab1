/** Configurations of SCICLUST and LoadShare made into ours: start at {@code ConfigurationImport}. */
package io.loadshare.config.imports;
