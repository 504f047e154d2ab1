package io.loadshare.agent.server;

import io.loadshare.LoadshareException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Listens and serves all connections with two threads. */
final class AgentServer implements AutoCloseable {

    private static final int THREADS = 2;
    private static final int BACKLOG = 1024;

    private final ConnectionLimiter connections;
    private final AgentCounters tally;
    private final EventLoopGroup threads = new MultiThreadIoEventLoopGroup(
            THREADS, new DefaultThreadFactory("loadshare-http", true), NioIoHandler.newFactory());
    private final ServerBootstrap bootstrap;
    private Channel listening;

    AgentServer(
            HttpPipeline pipeline,
            ConnectionLimiter connections,
            AgentCounters tally,
            Consumer<String> log,
            LongSupplier nanoClock) {
        this.connections = connections;
        this.tally = tally;
        this.bootstrap = new ServerBootstrap()
                .group(threads)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .handler(new Acceptor(log, nanoClock))
                .childHandler(pipeline);
    }

    /**
     * Starts to listen.
     *
     * @return the address, with the actual port if port 0 was requested
     * @throws LoadshareException of kind UNAVAILABLE if that is not possible
     */
    InetSocketAddress start(InetSocketAddress address) {
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            close();
            throw new LoadshareException(
                    LoadshareException.Kind.UNAVAILABLE,
                    "cannot listen on " + address.getHostString() + " port " + address.getPort() + ": "
                            + bound.cause().getMessage() + "; is an agent running there already?",
                    bound.cause());
        }
        listening = bound.channel();
        threads.scheduleAtFixedRate(this::cutOffLate, 1, 1, TimeUnit.SECONDS);
        return (InetSocketAddress) listening.localAddress();
    }

    private void cutOffLate() {
        connections.late().forEach(channel -> HttpPipeline.cutOff(channel, tally));
    }

    @Override
    public void close() {
        threads.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /**
     * Reports that connections cannot be accepted, for example without free file descriptors. Netty pauses for a
     * second.
     */
    private static final class Acceptor extends ChannelInboundHandlerAdapter {

        private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

        private final Consumer<String> log;
        private final LongSupplier nanoClock;
        private long saidAt;

        Acceptor(Consumer<String> log, LongSupplier nanoClock) {
            this.log = log;
            this.nanoClock = nanoClock;
            this.saidAt = nanoClock.getAsLong() - QUIET_NANOS;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            long now = nanoClock.getAsLong();
            if (now - saidAt >= QUIET_NANOS) {
                saidAt = now;
                log.accept("cannot accept connections: " + cause.getMessage() + "; reported once a minute");
            }
        }
    }
}
