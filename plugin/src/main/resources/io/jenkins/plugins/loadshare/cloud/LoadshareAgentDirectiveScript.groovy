package io.jenkins.plugins.loadshare.cloud

import org.jenkinsci.plugins.pipeline.modeldefinition.agent.CheckoutScript
import org.jenkinsci.plugins.pipeline.modeldefinition.agent.DeclarativeAgentScript2
import org.jenkinsci.plugins.workflow.cps.CpsScript

class LoadshareAgentDirectiveScript extends DeclarativeAgentScript2<LoadshareAgentDirective> {

    LoadshareAgentDirectiveScript(CpsScript script, LoadshareAgentDirective agent) {
        super(script, agent)
    }

    @Override
    void run(Closure body) {
        if (describable.retries > 1) {
            script.retry(count: describable.retries, conditions: [script.agent(), script.nonresumable()]) {
                place(body)
            }
        } else {
            place(body)
        }
    }

    private void place(Closure body) {
        script.loadshareNode(describable.arguments()) {
            CheckoutScript.doCheckout2(script, describable, null, body)
        }
    }
}
