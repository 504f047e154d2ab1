package io.loadshare.agent.client;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Reads the body of a response as text up to a size limit; a longer body is an error. */
final class LimitedText implements BodySubscriber<String> {

    private final BodySubscriber<String> text = BodySubscribers.ofString(StandardCharsets.UTF_8);
    private final int limit;
    private Flow.Subscription subscription;
    private long size;

    LimitedText(int limit) {
        this.limit = limit;
    }

    @Override
    public CompletionStage<String> getBody() {
        return text.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = newSubscription;
        text.onSubscribe(newSubscription);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            size += buffer.remaining();
        }
        if (size <= limit) {
            text.onNext(buffers);
        } else {
            subscription.cancel();
            text.onError(new IOException("the answer has more than the " + limit + " bytes allowed"));
        }
    }

    @Override
    public void onError(Throwable throwable) {
        text.onError(throwable);
    }

    @Override
    public void onComplete() {
        text.onComplete();
    }
}
