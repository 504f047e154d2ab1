package io.loadshare.agent.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Sets up each new connection, or closes it at once if its address is not allowed. */
final class HttpPipeline extends ChannelInitializer<SocketChannel> {

    /**
     * The maximum size in bytes of a request's first line, of its headers, and of its body. Our clients send some
     * hundreds.
     */
    private static final int MOST = 8192;

    private final ClientList clients;
    private final ConnectionLimiter connections;
    private final Optional<SslContext> tls;
    private final AgentApi api;
    private final AgentCounters tally;

    HttpPipeline(
            ClientList clients,
            ConnectionLimiter connections,
            Optional<SslContext> tls,
            AgentApi api,
            AgentCounters tally) {
        this.clients = clients;
        this.connections = connections;
        this.tls = tls;
        this.api = api;
        this.tally = tally;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        InetSocketAddress remote = channel.remoteAddress();
        if (remote == null || !clients.admits(remote.getAddress())) {
            tally.add(AgentCounters.Event.TURNED_AWAY);
            channel.close();
            return;
        }
        connections.add(channel, remote.getAddress()).ifPresent(given -> cutOff(given, tally));
        ChannelPipeline pipeline = channel.pipeline();
        tls.ifPresent(context -> pipeline.addLast(context.newHandler(channel.alloc())));
        pipeline.addLast(new HttpServerCodec(new HttpDecoderConfig()
                .setMaxInitialLineLength(MOST)
                .setMaxHeaderSize(MOST)
                .setMaxChunkSize(MOST)));
        pipeline.addLast(new Aggregator());
        pipeline.addLast(new FlowControlHandler());
        pipeline.addLast(new HttpHandler(api, connections, remote.getAddress()));
    }

    static void cutOff(Channel channel, AgentCounters tally) {
        tally.add(AgentCounters.Event.CUT_OFF);
        channel.close();
    }

    /**
     * Assembles requests, and closes the connection of a client that sends too large a request rather than reading it.
     */
    private static final class Aggregator extends HttpObjectAggregator {

        Aggregator() {
            super(MOST, true);
        }

        @Override
        protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
            ApiResponse response = ApiResponse.error(413, "the body must have at most " + MOST + " bytes");
            context.writeAndFlush(HttpHandler.http(response, false)).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
