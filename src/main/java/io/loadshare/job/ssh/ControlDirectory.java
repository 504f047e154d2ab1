package io.loadshare.job.ssh;

import io.loadshare.host.HostName;
import io.loadshare.job.JobSpec;

/**
 * The control directory of a job on its host, and the complete protocol between client and host.
 *
 * <p><b>Location.</b> {@code ~/.loadshare/HOST/ID}, mode 0700. HOST is the name of the host in the configuration,
 * because several hosts can share a home directory over NFS. ID is the ID of the job, unique among the user's jobs.
 *
 * <p><b>Files.</b> In the order in which they appear:
 *
 * <ul>
 *   <li>{@code secrets}: variables to export; the job reads and removes the file before anything else. {@code script}:
 *     the script, if the program is a script. Both files are optional.
 *   <li>{@code command}: a POSIX sh script, the wrapper with the values of the job. Its first line contains ID, slots,
 *     kind and a readable form of the command. Run as {@code sh command loadshare-job ID SLOTS}.
 *   <li>{@code begin_by}: the latest time at which the job may begin, in seconds since the boot; the boot ID; and the
 *     PID of the shell that prepared the job.
 *   <li>{@code status.new}: space for the status, so that it can be recorded even if the disk is full by then.
 *   <li>{@code identity}: PID, start time and boot ID of the wrapper, on one line. Its modification time is the start
 *     of the job.
 *   <li>{@code output} and {@code stdout}: the output of a detached job, joined or apart.
 *   <li>{@code unstarted}: exists if the program could not be started; the status is then loadshare's own.
 *   <li>{@code status}: the value of {@code $?}, renamed from {@code status.new}. Its modification time is the end of
 *     the job.
 * </ul>
 *
 * <p><b>Processes.</b> The wrapper leads its own session, in which the program and its children run. It survives the
 * signals that end them (HUP, INT, QUIT, TERM), waits for the program, records its status, and exits with the same
 * status.
 *
 * <p><b>Scripts and answers.</b> The login shell can be any shell, so its command line is only {@code exec /bin/sh},
 * followed at most by a path below {@code ~} and by words of letters, digits, '-', '_' and '.'. Scripts and all values
 * of a job arrive on stdin. The commands that act are enclosed in braces at the end of a script, so a script that is
 * cut off on the way does nothing. Answers are enclosed in marker lines; the output of a profile before the first
 * marker is ignored.
 *
 * <p><b>Detached jobs.</b> One exec creates the directory ({@code mkdir} is the lock: a repeated start finds the
 * directory and answers with the identity of the first start), writes the files, answers {@code ready}, and waits for
 * the word {@code go} on stdin. It then starts the wrapper with {@code setsid}, with stdin from {@code /dev/null} and
 * without any handle of the channel. The wrapper writes its identity and then reports it; only then does the exec
 * answer and end. If a start fails before the client sends {@code go}, the job has certainly not started. After
 * {@code go}, the client asks again. A job that has not begun one minute after {@code ready}, by the uptime of the
 * host, never begins: the wrapper writes its identity first and then checks {@code begin_by}. A process that finds
 * {@code begin_by} expired and afterwards finds no identity can therefore be sure, even if sshd, a pipe or a shell was
 * stopped for a while.
 *
 * <p><b>Foreground jobs.</b> {@link StreamedJob} describes the protocol. With a terminal, a first exec creates the
 * directory and a second exec becomes the wrapper, whose streams are the terminal. When its connection ends, the kernel
 * sends HUP.
 *
 * <p><b>State.</b> Checked in this order: status (ended); identity (if missing: starting, or never started if the
 * directory is older than one minute); boot ID (if different: the host rebooted); a process with that PID and start
 * time (running); status again (ended meanwhile); otherwise the job vanished. If a host does not answer, the state is
 * unknown.
 *
 * <p><b>Ending a job.</b> Verify the wrapper by PID, start time and boot ID. Send TERM once to each process of its
 * session, and to each other process of the user that had {@code LOADSHARE_JOB=ID} in its environment when it started:
 * these have left the session by setsid. After the grace period, send KILL to the remaining processes. The wrapper gets
 * neither signal, so that it can record the status; if it does not exit by itself, it is killed and 137 is recorded in
 * its place. A keeper that ends a job does not touch processes that have left the session, because the user may have
 * wanted them to stay.
 *
 * <p><b>Crash points.</b>
 *
 * <ul>
 *   <li>Client dies before the script of the first exec is complete: nothing was done.
 *   <li>Client or connection dies while a detached job is started: the job runs; the repeated start finds it.
 *   <li>Host dies between {@code mkdir} and {@code identity}: the job never ran; a repeated start reports this.
 *   <li>Disk full or home directory not writable: the start fails, reports this, and leaves no directory.
 *   <li>Disk fills up later: the space for the status is already reserved.
 *   <li>Only the wrapper is killed: the job is lost (vanished), although the program may still run; ending the job
 *     finds the program by its environment.
 *   <li>Host reboots: the job is lost (rebooted), unless its status was recorded.
 * </ul>
 *
 * <p><b>Slurm.</b> In a Slurm cluster, the directory is in the home directory that the login host shares with the nodes.
 * After {@code go}, the exec submits the wrapper with {@code sbatch} instead of starting it; {@code begin_by} limits the
 * submission, not the start. The job is known to Slurm by the name {@code loadshare-ID}, so a job whose submission had no
 * answer is found again. The shell of a submission lives on for a moment and may get the script of the next one, which it
 * runs in a subshell. If a submission fails, the directory is moved away before the client gets an answer, so that
 * the job cannot run even if Slurm has accepted it: a wrapper that has no directory for its identity ends. A job is never
 * requeued, and a wrapper that finds an identity ends. One {@code squeue} reports all jobs of a poll. A recorded status
 * counts more than Slurm's state; a job that has ended in Slurm without a status is lost, for Slurm's reason.
 *
 * <p><b>Removal.</b> Launches also remove, at most once a day, directories that have been untouched for
 * {@code job.keep} and whose job does not run. The Jenkins plugin removes a directory earlier: when the program has
 * ended, all its output is in the log, and the step is over.
 */
final class ControlDirectory {

    private ControlDirectory() {}

    /** Returns the path of a job's control directory, relative to the home directory of its user. */
    static String path(HostName host, String id) {
        return ".loadshare/" + host + "/" + id;
    }

    /** Returns the command line that starts the wrapper of a job with a terminal. */
    static String runLine(HostName host, JobSpec spec) {
        return "exec /bin/sh ~/" + path(host, spec.id()) + "/command loadshare-job " + spec.id() + " " + spec.slots();
    }
}
