/** Decides who scans and when: shared scans with one claim, healing of cron entries, suspension of hosts. */
package io.loadshare.scan;
