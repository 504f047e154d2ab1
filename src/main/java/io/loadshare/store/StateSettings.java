package io.loadshare.store;

import java.nio.file.Path;

/**
 * The settings in {@code state}.
 *
 * @param shared whether several users and machines share it
 */
public record StateSettings(Path directory, boolean shared) {}
