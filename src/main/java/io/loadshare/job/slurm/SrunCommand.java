package io.loadshare.job.slurm;

import io.loadshare.job.Job;
import io.loadshare.transport.ShellWords;

/**
 * The command on the login host that runs a program beside a job, on the job's node. Its streams are those of the
 * program. They carry any bytes, and each as soon as it is written: without {@code --unbuffered}, srun passes whole lines.
 */
public record SrunCommand(Job job) {

    /**
     * Returns the line for a shell on the login host. Name and comment find the job if its submission was not answered.
     * Before version 20.11, Slurm has no option to share the cores of a job, and shares them always.
     *
     * @param program one line for a shell
     */
    public String line(String program) {
        return "cd " + ShellWords.quote(job.directory())
                + "; { read -r number <submitted; } 2>/dev/null || number=$(squeue --noheader --user=\"$(id -un)\""
                + " --name=loadshare-" + job.id() + " --format='%A %k' | sed -n \"s/^\\([0-9]*\\) loadshare $(cat"
                + " begin_by)\\$/\\1/p\"); cd; [ -n \"$number\" ] || { echo 'squeue does not list job loadshare-"
                + job.id() + "' >&2; exit 69; }; share=; case $(srun --help 2>&1) in *--overlap*) share=--overlap ;;"
                + " esac; exec srun --jobid=\"$number\" $share --nodes=1 --ntasks=1 --unbuffered --quiet --mpi=none"
                + " --cpu-bind=none /bin/sh -c " + ShellWords.quote(program);
    }
}
