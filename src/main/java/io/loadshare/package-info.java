/** Sends each job to the right machine; DESIGN of the packages below: {@code host} is the ground floor, {@code cli} the roof. */
package io.loadshare;
