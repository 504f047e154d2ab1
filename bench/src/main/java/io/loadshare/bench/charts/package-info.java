/** The charts of docs/benchmarks.md, drawn from the JSON figures that the other benchmarks have written. */
package io.loadshare.bench.charts;
