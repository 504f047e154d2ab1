package io.loadshare.config;

import java.util.Optional;

/**
 * One setting as it holds in the end.
 *
 * @param path where it stands: {@code hosts}, {@code scan.interval}
 * @param written what a file says; empty if the default holds
 * @param fallback the default
 */
record EffectiveSetting(String path, Optional<YamlValue> written, Object fallback) {}
