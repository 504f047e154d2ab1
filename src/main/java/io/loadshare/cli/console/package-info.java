/** The terminal and the output streams of the program, and the formats in which it prints. */
package io.loadshare.cli.console;
