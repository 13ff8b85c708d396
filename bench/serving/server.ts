import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DeployedFunction } from './deployed-function';
import { StandIn } from './stand-in';

/** Usage: `node server.js <folder>`: the function behind Node's HTTP server; prints the port. */
async function main(folder: string): Promise<void> {
  const standIn = await StandIn.start(folder);
  const toParent = process.stdout.write.bind(process.stdout);
  const deployed = await DeployedFunction.start(standIn);
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => {
      body += text;
    });
    request.on('end', async () => {
      const { statusCode, headers, body: text } = await deployed.answer(body);
      response.writeHead(statusCode, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
      void deployed.afterAnswer();
    });
  });
  server.listen(0, '127.0.0.1', () => toParent(`${(server.address() as AddressInfo).port}\n`));
}

void main(process.argv[2] as string);
