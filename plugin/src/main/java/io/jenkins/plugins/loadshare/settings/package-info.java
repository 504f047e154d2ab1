/**
 * The global configuration: administrators write {@link io.jenkins.plugins.loadshare.settings.LoadshareConfiguration};
 * the rest of the plugin reads {@link io.jenkins.plugins.loadshare.settings.Settings}.
 */
package io.jenkins.plugins.loadshare.settings;
