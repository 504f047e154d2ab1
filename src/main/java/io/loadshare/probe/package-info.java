/** Measures hosts: one script, all hosts at once, one deadline. */
package io.loadshare.probe;
