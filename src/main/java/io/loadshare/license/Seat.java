package io.loadshare.license;

import io.loadshare.host.HostName;

/** One seat of a concurrent license: a user on a host, however many jobs they run there. */
public record Seat(String user, HostName host) {}
