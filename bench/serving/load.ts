import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

const CONNECTIONS = 16;

/**
 * Usage: `node load.js <folder> <port> <pid> <rows> <requests>`; prints requests for each second of processor
 * time that the server took, so that other programs on the machine do not count, and predictions.
 */
async function main([folder = '', port, pid = '', rows, requests]: readonly string[]): Promise<object> {
  const all = JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8')) as number[][];
  const body = JSON.stringify({ rows: all.slice(0, Number(rows)) });
  const request = Buffer.from(
    `POST /predictions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  // Code is warm after a fifth of them.
  await load(Number(port), request, Number(requests) / 5);
  const before = processorSeconds(pid);
  const answer = await load(Number(port), request, Number(requests));
  const perSecond = Number(requests) / (processorSeconds(pid) - before);
  return { perSecond, predictions: JSON.parse(answer).predictions };
}

/** In user and kernel mode, of all threads: `utime` and `stime` of proc(5), in hundredths. */
function processorSeconds(pid: string): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Sends a request over and over on all connections, each when the previous one is answered. */
async function load(port: number, request: Buffer, requests: number): Promise<string> {
  let left = requests;
  const answers = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => ask(port, request, () => left-- > 0)),
  );
  return answers.find((answer) => answer !== '') ?? '';
}

/** @returns the body of the last answer */
function ask(port: number, request: Buffer, goesOn: () => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    let answer = '';
    const socket = connect(port, '127.0.0.1');
    const next = () => {
      if (goesOn()) socket.write(request);
      else socket.end(() => resolve(answer));
    };
    socket.setNoDelay(true).setEncoding('latin1').on('connect', next).on('error', reject);
    socket.on('close', () => reject(new Error(`the server has closed the connection: ${received}`)));
    socket.on('data', (text: string) => {
      received += text;
      const head = received.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(received.slice(0, head))?.[1]);
      if (!(received.length >= head + 4 + length)) return;
      if (!received.startsWith('HTTP/1.1 200')) reject(new Error(received));
      answer = received.slice(head + 4);
      received = '';
      next();
    });
  });
}

main(process.argv.slice(2)).then(
  (measured) => process.stdout.write(`${JSON.stringify(measured)}\n`),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
