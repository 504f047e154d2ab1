/** One YAML to typed, validated, immutable settings. */
package io.loadshare.config;
