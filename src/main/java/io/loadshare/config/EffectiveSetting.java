package io.loadshare.config;

import java.util.Optional;

/**
 * The effective value of a setting.
 *
 * @param path its path, such as {@code hosts} or {@code scan.interval}
 * @param written the value in a file; empty if the default applies
 * @param fallback the default
 */
record EffectiveSetting(String path, Optional<YamlValue> written, Object fallback) {}
