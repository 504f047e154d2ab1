/**
 * The global configuration: {@link io.jenkins.plugins.loadshare.settings.LoadshareConfiguration} is what administrators
 * write, {@link io.jenkins.plugins.loadshare.settings.Settings} what the rest of the plugin reads.
 */
package io.jenkins.plugins.loadshare.settings;
