package io.loadshare.job;

import io.loadshare.host.HostName;

/**
 * What is kept of a job on its host, and how client and host speak of it: the whole protocol.
 *
 * <p><b>Where.</b> {@code ~/.loadshare/HOST/ID}, mode 0700. HOST is the host's name in the configuration, since several
 * hosts may share a home by NFS; ID is the job's, unique among the user's jobs.
 *
 * <p><b>Files.</b> In the order in which they appear:
 *
 * <ul>
 *   <li>{@code secrets}: variables to export; read and removed by the job before anything else. {@code script}: the script,
 *       if the program is one. Neither need be there.
 *   <li>{@code command}: a POSIX sh script, the wrapper with the job's values; its first line tells id, slots, kind and the
 *       command for people. Run as {@code sh command loadshare-job ID SLOTS}.
 *   <li>{@code begin_by}: by when the job must begin, in seconds since the boot, the boot ID, and which shell prepared it.
 *   <li>{@code status.new}: room for the status, so that it can be recorded on a disk that is full by then.
 *   <li>{@code identity}: pid, start time and boot id of the wrapper, on one line. Its modification time is the start.
 *   <li>{@code output} and {@code stdout}: what a detached job printed, joined or apart.
 *   <li>{@code status}: what {@code $?} was, renamed from {@code status.new}. Its modification time is the end.
 * </ul>
 *
 * <p><b>Who runs.</b> The wrapper leads a session of its own, in which the program and its children run. It outlives what
 * ends them (HUP, INT, QUIT, TERM), waits for the program, records its status, and ends with it.
 *
 * <p><b>Words.</b> The login shell may be any, so it is only ever told {@code exec /bin/sh}, at most with a path below
 * {@code ~} and words of letters, digits, '-', '_' and '.'. Scripts and all of a job's values come by stdin; what acts
 * stands within braces at the end, so that a script cut off on its way does nothing. Answers stand between marker
 * lines, before which a profile may print what it likes.
 *
 * <p><b>Detached.</b> One exec makes the directory ({@code mkdir} is the lock: a start that is repeated finds it and answers
 * with the first one's identity), writes the files, answers {@code ready}, and waits for the word {@code go} on stdin. Then it
 * starts the wrapper by {@code setsid} with stdin from {@code /dev/null} and no handle of the channel. The wrapper reports its
 * identity once it is written; only then does the exec answer and end. What fails before {@code go} was sent has certainly not
 * started; after it the client asks again. A job that is not begun a minute after {@code ready}, by the host's uptime, never
 * is: the wrapper writes its identity and then looks at {@code begin_by}, so that whoever finds {@code begin_by} past and then
 * no identity is sure, even if a sshd, a pipe or a shell stood still.
 *
 * <p><b>Foreground.</b> The protocol stands at {@link StreamedJob}. With a terminal, a first exec makes the directory and a
 * second becomes the wrapper, whose streams are the terminal; when its connection ends, the kernel sends HUP.
 *
 * <p><b>State.</b> Asked in this order: status (ended), identity (none: starting, or never started if the
 * directory is older than a minute), boot id (another: the host rebooted), process of that pid and start time (running),
 * status again (ended meanwhile), else it vanished. A host that does not answer gives no verdict.
 *
 * <p><b>Ending a job.</b> Verify the wrapper by pid, start time and boot id. TERM once to each process of its session, and to
 * each other process of the user whose environment at its start held {@code LOADSHARE_JOB=ID}: that is what left the
 * session by setsid. After the grace KILL to those left. The wrapper is spared so that it can record the status; if it
 * does not end by itself it is killed, and 137 recorded for it. A keeper that ends a job leaves alone what left
 * the session: the user may have meant it to stay.
 *
 * <p><b>Crash points.</b>
 *
 * <ul>
 *   <li>Client dies before the first exec's script is whole: nothing was done.
 *   <li>Client or connection dies while a detached job is started: it runs; the repeated start finds it.
 *   <li>Host dies between {@code mkdir} and {@code identity}: the job never ran, and a repeated start says so.
 *   <li>Disk full or home not writable: the start fails, says so, and leaves no directory.
 *   <li>Disk fills later: the status has its room.
 *   <li>Wrapper is killed alone: lost (vanished), though the program may run on; ending the job finds that by its
 *       environment.
 *   <li>Host reboots: lost (rebooted), unless the status was recorded.
 * </ul>
 *
 * <p><b>Removal.</b> With launches, but at most once a day: directories untouched for {@code job.keep} whose job does not
 * run.
 */
final class ControlDirectory {

    private ControlDirectory() {}

    /** The path of a job's control directory, from its user's home. */
    static String path(HostName host, String id) {
        return ".loadshare/" + host + "/" + id;
    }

    /** The line that starts the wrapper of a job with a terminal. */
    static String runLine(HostName host, JobSpec spec) {
        return "exec /bin/sh ~/" + path(host, spec.id()) + "/command loadshare-job " + spec.id() + " " + spec.slots();
    }
}
