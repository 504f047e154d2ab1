/** loadshare beside other programs, on real sshd hosts: start at {@link io.loadshare.bench.compare.ScanCommand}. */
package io.loadshare.bench.compare;
