/** The software catalog and the arguments of its launchers. */
package io.loadshare.software;
