/** The arguments of commands: how they are declared and read, and the options that several commands share. */
package io.loadshare.cli.options;
