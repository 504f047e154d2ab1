/** The catalogue of software and the words of its launchers. */
package io.loadshare.software;
