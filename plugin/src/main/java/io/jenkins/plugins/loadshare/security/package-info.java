/** Who is trusted: host keys by {@link io.jenkins.plugins.loadshare.security.HostKeyStrategy}, logins by credentials. */
package io.jenkins.plugins.loadshare.security;
