/** The commands, one class each. */
package io.loadshare.cli.command;
