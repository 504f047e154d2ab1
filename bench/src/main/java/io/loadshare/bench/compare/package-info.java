/**
 * The comparison of loadshare with other programs, on real sshd hosts. Start at {@link
 * io.loadshare.bench.compare.ScanCommand}.
 */
package io.loadshare.bench.compare;
