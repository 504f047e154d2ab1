/** Draws the charts of docs/benchmarks.md from figures that the other benchmarks have written as JSON. */
package io.loadshare.bench.charts;
