/** One class a command; wires everything. */
package io.loadshare.cli;
