import { request } from 'node:http';

/** What Lambda tells an extension of an invocation. */
export interface ExtensionEvent {
  /** When the invocation times out, its extensions included: milliseconds since the epoch. */
  readonly deadlineMs: number;
}

/**
 * This process, registered with Lambda as an internal extension: the execution environment stays awake after
 * the answer has left, until the extension asks for the next event.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
export class RegisteredExtension {
  private constructor(
    private readonly api: string,
    private readonly headers: Readonly<Record<string, string>>,
  ) {}

  /**
   * Registers for invocations. It must have ended before the runtime asks for its first invocation, which
   * closes the registration; internal extensions "are not permitted to register for the `Shutdown` event".
   *
   * @param runtimeApi host and port, from `AWS_LAMBDA_RUNTIME_API`
   * @throws Error with what Lambda answered, if it did not register
   */
  static async register(name: string, runtimeApi: string): Promise<RegisteredExtension> {
    const api = `http://${runtimeApi}/2020-01-01/extension`;
    const { headers } = await call('POST', `${api}/register`, { 'Lambda-Extension-Name': name }, ['INVOKE']);
    return new RegisteredExtension(api, {
      'Lambda-Extension-Identifier': String(headers['lambda-extension-identifier']),
    });
  }

  /**
   * Tells Lambda that there is nothing left to do, and waits for the next invocation. The process may be
   * frozen meanwhile, for any time: "Do not set a timeout on the GET call".
   *
   * @throws Error with what Lambda answered, if it was no event
   */
  async next(): Promise<ExtensionEvent> {
    const { body } = await call('GET', `${this.api}/event/next`, this.headers);
    return JSON.parse(body) as ExtensionEvent;
  }
}

function call(method: string, url: string, headers: Readonly<Record<string, string>>, events?: string[]) {
  return new Promise<{ headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    // A connection of its own: one that is kept open may be gone when a frozen process wakes up.
    const outgoing = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) resolve({ headers: response.headers, body });
        else reject(new Error(`${method} ${url} was answered with ${response.statusCode}: ${body}`));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(events && JSON.stringify({ events }));
  });
}
