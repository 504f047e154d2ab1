/** Reads the YAML configuration into typed, validated, immutable settings. */
package io.loadshare.config;
