/** The services that commands use, created from the configuration. */
package io.loadshare.cli.services;
