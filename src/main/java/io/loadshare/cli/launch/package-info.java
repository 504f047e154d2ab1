/** Starting a job from the command line, and following it: streams, signals, progress messages. */
package io.loadshare.cli.launch;
