import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';

export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;

const KEEP_ALIVE_MILLIS = 600_000;
/** The first bytes of a connection in HTTP/2; no method of HTTP/1.1 begins with them. */
const HTTP2_PREFACE = 'PRI';

/**
 * One port on loopback for HTTP/1.1 and for HTTP/2 without TLS, by prior knowledge (RFC 9113, section 3.3):
 * the SDK's client of Kinesis speaks HTTP/2 to every endpoint.
 */
export class HttpListener {
  private readonly listener = createSocketServer((socket) => this.accept(socket));
  private readonly http1: Server;
  private readonly http2: Http2Server;
  private readonly sockets = new Set<Socket>();

  constructor(serve: (request: HttpRequest, response: HttpResponse) => void) {
    this.http1 = createServer(serve);
    // A client that uses a connection again just when it is closed loses its request: with Node's 5 seconds
    // that happens on a busy machine.
    this.http1.keepAliveTimeout = KEEP_ALIVE_MILLIS;
    // Clients that wait for leave before they send a large body get it at once.
    this.http1.on('checkContinue', (request, response) => {
      response.writeContinue();
      serve(request, response);
    });
    this.http2 = createHttp2Server(serve);
  }

  /** @returns the port that it listens on */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.listener.once('error', reject);
      this.listener.listen(port, '127.0.0.1', resolve);
    });
    return (this.listener.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    // A connection that the client breaks off is no fault of ours.
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const head = socket.read() as Buffer | null;
      if (!head) {
        socket.destroy();
        return;
      }
      socket.unshift(head);
      const isHttp2 = head.toString('latin1', 0, HTTP2_PREFACE.length) === HTTP2_PREFACE;
      (isHttp2 ? this.http2 : this.http1).emit('connection', socket);
    });
  }
}

/**
 * The headers of a request by their names in lower case. HTTP/2 names the host `:authority`, by which
 * clients sign it.
 */
export function headersOf(request: HttpRequest): Record<string, string> {
  if ('headersDistinct' in request) {
    const headers = Object.entries(request.headersDistinct);
    return Object.fromEntries(
      headers.map(([name, values = []]) => [name, values.join(name === 'cookie' ? ';' : ',')]),
    );
  }
  const headers = Object.entries(request.headers).filter(([name]) => !name.startsWith(':'));
  const { authority } = request;
  return {
    host: authority,
    ':authority': authority,
    ...Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
  };
}
