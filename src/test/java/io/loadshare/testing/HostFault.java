package io.loadshare.testing;

/** A fault of a real host that a client notices at first only by silence, and its repair. */
public enum HostFault {
    FROZEN {
        @Override
        public void strike(Cluster cluster, String host) {
            cluster.hang(host);
        }

        @Override
        public void mend(Cluster cluster, String host) {
            cluster.resume(host);
        }
    },
    CUT_OFF {
        @Override
        public void strike(Cluster cluster, String host) {
            cluster.cut(host);
        }

        @Override
        public void mend(Cluster cluster, String host) {
            cluster.mend(host);
        }
    },
    SSHD_KILLED {
        @Override
        public void strike(Cluster cluster, String host) {
            cluster.refuse(host);
            cluster.exec(host, "pkill", "-KILL", "-f", "^sshd");
        }

        @Override
        public void mend(Cluster cluster, String host) {
            cluster.accept(host);
        }
    };

    /** Needs a cluster with the option {@code --cut}. */
    public abstract void strike(Cluster cluster, String host);

    public abstract void mend(Cluster cluster, String host);

    /** Counts the lines of a file on all hosts of a cluster together. */
    public static int lines(Cluster cluster, String file) {
        int lines = 0;
        for (int i = 1; i <= cluster.size(); i++) {
            String counted = cluster.exec(cluster.host(i), "sh", "-c", "cat " + file + " 2>/dev/null | wc -l")
                    .stdout();
            lines += Integer.parseInt(counted.strip());
        }
        return lines;
    }

    /** Returns the process numbers of shells that sshd started on a host, and of wrappers of jobs. */
    public static String shells(Cluster cluster, String host) {
        return cluster.exec(host, "sh", "-c", "grep -lsz -e '^/bin/sh' /proc/[0-9]*/cmdline | grep -v \"/$$/\"")
                .stdout()
                .strip();
    }
}
