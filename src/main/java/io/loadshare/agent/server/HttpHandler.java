package io.loadshare.agent.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;

/**
 * Passes the requests of one connection to the {@link AgentApi}, one at a time. The next request is read after the
 * previous response was sent, so a client that does not read uses no memory.
 */
final class HttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    private final AgentApi api;
    private final ConnectionLimiter connections;
    private final InetAddress client;
    private boolean answering;

    HttpHandler(AgentApi api, ConnectionLimiter connections, InetAddress client) {
        this.api = api;
        this.connections = connections;
        this.client = client;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.read();
    }

    /** Continues reading an incomplete request, because Netty counts the previous read as done. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!answering) {
            context.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        connections.remove(context.channel());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        answering = true;
        connections.step(context.channel());
        boolean sound = request.decoderResult().isSuccess();
        ApiResponse response = sound
                ? api.handle(apiRequest(request))
                : malformed(request.decoderResult().cause());
        boolean goesOn = sound && HttpUtil.isKeepAlive(request);
        ChannelFuture written = context.writeAndFlush(http(response, goesOn));
        written.addListener(
                goesOn
                        ? (ChannelFutureListener) future -> {
                            connections.step(context.channel());
                            answering = false;
                            context.read();
                        }
                        : ChannelFutureListener.CLOSE);
    }

    private ApiRequest apiRequest(FullHttpRequest request) {
        String uri = request.uri();
        int query = uri.indexOf('?');
        HttpHeaders headers = request.headers();
        return new ApiRequest(
                request.method().name(),
                query < 0 ? uri : uri.substring(0, query),
                headers.get(HttpHeaderNames.ACCEPT, ""),
                headers.get(HttpHeaderNames.AUTHORIZATION, ""),
                ByteBufUtil.getBytes(request.content()),
                client);
    }

    private static ApiResponse malformed(Throwable cause) {
        return cause instanceof TooLongFrameException
                ? ApiResponse.error(431, "the request's first line or its headers are too long")
                : ApiResponse.error(400, "this is not HTTP/1.1");
    }

    static FullHttpResponse http(ApiResponse response, boolean goesOn) {
        ByteBuf body = Unpooled.wrappedBuffer(response.body());
        FullHttpResponse http =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()), body);
        HttpHeaders headers = http.headers();
        if (response.status() != HttpResponseStatus.NO_CONTENT.code()) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, response.type());
            headers.setInt(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        }
        headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        response.headers().forEach(headers::set);
        if (!goesOn) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return http;
    }

    /** Ignores a broken connection, which is the client's problem. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
