/** Who scans and when: shared scans with one claim, self-healing, suspension of hosts. */
package io.loadshare.scan;
