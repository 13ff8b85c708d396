import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small OpenID Connect issuer on loopback: its discovery document, its keys, and tokens that it signs. */
export class TokenIssuer {
  /** Requests for its keys. */
  keyRequests = 0;
  private keys = new Map<string, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>();
  private readonly server: Server;

  constructor() {
    this.rotate('key-1');
    this.server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url === '/.well-known/openid-configuration') {
        response.end(JSON.stringify({ issuer: this.url, jwks_uri: `${this.url}/keys` }));
      } else if (request.url === '/keys') {
        this.keyRequests++;
        const keys = [...this.keys].map(([kid, { publicKey }]) => ({
          ...publicKey.export({ format: 'jwk' }),
          kid,
        }));
        response.end(JSON.stringify({ keys }));
      } else response.writeHead(404).end('{}');
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Has one key, with this id. */
  rotate(kid: string): void {
    this.keys = new Map([[kid, generateKeyPairSync('rsa', { modulusLength: 2048 })]]);
  }

  /** A token that is good for an hour from `now`, with these claims beside or instead of the usual ones. */
  token(claims: object, { now, header = {} }: { readonly now: Date; readonly header?: object }): string {
    const [[kid, { privateKey }]] = [...this.keys] as unknown as [
      [string, { readonly privateKey: KeyObject }],
    ];
    const seconds = Math.floor(now.getTime() / 1000);
    const payload = { iss: this.url, sub: 'shop', iat: seconds, exp: seconds + 3600, ...claims };
    const content = [{ alg: 'RS256', typ: 'JWT', kid, ...header }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`;
  }
}
