package io.loadshare.agent;

import io.loadshare.testing.ReportBuilder;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Agents of hosts h1, h2, … on 127.0.0.1, 127.0.0.2, … in one process of their own; prints that they listen. */
final class AgentsProcess {

    private AgentsProcess() {}

    /** @param args how many, their port, and a directory for their memories */
    public static void main(String[] args) throws InterruptedException {
        for (int i = 1; i <= Integer.parseInt(args[0]); i++) {
            new TestingAgent(i, TestingAgent.settings(Integer.parseInt(args[1])), Path.of(args[2]))
                    .load(ReportBuilder::incomplete) // so that no measurement refutes a job that does not run
                    .start();
        }
        System.out.println("listening");
        new CountDownLatch(1).await();
    }
}
