package io.loadshare.agent.client;

import io.loadshare.agent.AgentSettings;
import io.loadshare.agent.server.TestingAgent;
import io.loadshare.testing.ReportBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Agents of hosts h1, h2, … on 127.0.0.1, 127.0.0.2, … in one process of their own; prints that they listen. */
public final class AgentsProcess {

    private AgentsProcess() {}

    /** @param args how many, their port, and a directory for their memories */
    public static void main(String[] args) throws InterruptedException {
        AgentSettings settings = TestingAgent.settings(Integer.parseInt(args[1]));
        List<TestingAgent> agents = new ArrayList<>();
        for (int i = 1; i <= Integer.parseInt(args[0]); i++) {
            agents.add(new TestingAgent(i, settings, Path.of(args[2]))
                    .load(ReportBuilder::incomplete) // so that no measurement refutes a job that does not run
                    .listen());
        }
        AgentClient client = agents.get(0).client();
        agents.forEach(agent -> agent.awaitMeasurement(client));
        System.out.println("listening");
        new CountDownLatch(1).await();
    }
}
