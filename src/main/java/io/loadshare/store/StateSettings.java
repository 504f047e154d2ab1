package io.loadshare.store;

import java.nio.file.Path;

/**
 * The configuration's {@code state}.
 *
 * @param shared whether several users' and machines' loadshare keep their promises in it
 */
public record StateSettings(Path directory, boolean shared) {}
