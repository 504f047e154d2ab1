/** Figures on how well and how fast loadshare works: start at {@link io.loadshare.bench.Bench}. */
package io.loadshare.bench;
