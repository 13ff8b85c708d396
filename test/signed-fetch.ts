import { createHash, createHmac, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

/** A key of the local cloud, perhaps of a role. */
export interface SigningKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** `fetch` with the headers of Signature Version 4, as clients of an API with IAM authorization send it. */
export async function signedFetch(
  url: string,
  key: SigningKey,
  {
    method = 'GET',
    headers = {},
    body,
    service = 'execute-api',
  }: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly service?: string;
  } = {},
): Promise<Response> {
  const { protocol, hostname, port, host, pathname, searchParams } = new URL(url);
  const signer = new SignatureV4({
    service,
    region: 'us-east-1',
    credentials: key,
    sha256: NodeSha256 as never,
  });
  const signed = await signer.sign({
    method,
    protocol,
    hostname,
    port: Number(port),
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { host, ...headers },
    body,
  });
  return fetch(url, { method, headers: signed.headers as Record<string, string>, body });
}

class NodeSha256 {
  private readonly hash: Hmac | ReturnType<typeof createHash>;

  constructor(secret?: Buffer | string) {
    this.hash = secret ? createHmac('sha256', secret) : createHash('sha256');
  }

  update(data: Buffer | string): void {
    this.hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
}
