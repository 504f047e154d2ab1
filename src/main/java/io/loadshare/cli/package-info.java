/** The program: its entry point, which runs the command that a command line names, and its generated documentation. */
package io.loadshare.cli;
