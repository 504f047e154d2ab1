/** The commands, one class each, and the code that connects them to the other packages. */
package io.loadshare.cli;
