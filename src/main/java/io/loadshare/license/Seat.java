package io.loadshare.license;

import io.loadshare.host.HostName;

/** A seat of a concurrent license: one user on one host, regardless of the number of jobs there. */
public record Seat(String user, HostName host) {}
