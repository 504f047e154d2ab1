/**
 * OpenSSH's client data: its configuration ({@link io.loadshare.transport.openssh.ClientConfig}) and its host keys
 * ({@link io.loadshare.transport.openssh.KnownHosts}).
 */
package io.loadshare.transport.openssh;
