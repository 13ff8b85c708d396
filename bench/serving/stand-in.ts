import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/**
 * What the function has around it in Lambda, as far as it calls it: S3 with the files of a folder, which
 * takes recordings, and the Extensions API.
 */
export class StandIn {
  /** Ends the wait of the extension for the next invocation; undefined unless it waits. */
  private waiting: (() => void) | undefined;
  private onWait: () => void = () => {};

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
  ) {
    server.on('request', (request, response) => this.answer(request, response));
  }

  static async start(folder: string): Promise<StandIn> {
    const server = createServer();
    const standIn = new StandIn(server, folder);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Has the extension do its work, and resolves when it waits for the next invocation. */
  async afterAnswer(): Promise<void> {
    await this.extensionWaits();
    this.waiting?.();
    this.waiting = undefined;
    await this.extensionWaits();
  }

  private async extensionWaits(): Promise<void> {
    if (this.waiting) return;
    await new Promise<void>((resolve) => {
      this.onWait = resolve;
    });
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { url = '', method } = request;
    request.resume();
    if (url.endsWith('/extension/register')) {
      response.setHeader('Lambda-Extension-Identifier', 'bench').end('{}');
    } else if (url.endsWith('/extension/event/next')) {
      this.waiting = () =>
        response.end(JSON.stringify({ eventType: 'INVOKE', deadlineMs: Date.now() + 30_000 }));
      this.onWait();
    } else if (method === 'PUT') {
      request.on('end', () => response.setHeader('ETag', '"0"').end());
    } else {
      const [, , key = ''] = new URL(url, 'http://s3').pathname.split('/');
      const file = join(this.folder, key);
      if (!existsSync(file)) response.writeHead(404).end();
      else createReadStream(file).pipe(response);
    }
  }
}

// In a process of its own, it prints its address.
if (require.main === module) {
  void StandIn.start(process.argv[2] as string).then(({ host }) => process.stdout.write(`http://${host}`));
}
