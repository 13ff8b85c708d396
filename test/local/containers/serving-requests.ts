import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import type { ServingContainerOptions } from '../../../local/containers/serving-container';
import { type ServingContainer, startServingContainer } from '../../../local/containers/serving-container';

/** A request body of a recorded case: text, as often as `times` says and then `end`, or base64. */
export interface RecordedBody {
  readonly text?: string;
  readonly base64?: string;
  readonly times?: number;
  readonly end?: string;
}

/** What the published serving code answered, recorded by a script of `test/reference`. */
export interface RecordedAnswer {
  readonly status: number | undefined;
  readonly contentType: string | undefined | null;
  readonly sha256: string;
  readonly begins: string;
}

export interface RecordedCase {
  readonly name: string;
  readonly script: string;
  readonly body: RecordedBody;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly answer: RecordedAnswer;
}

/** Starts a container for a model whose archive has these files. */
export function serve(
  directory: string,
  files: Readonly<Record<string, string | Buffer>>,
  options: Pick<ServingContainerOptions, 'python' | 'standIn'> & Partial<ServingContainerOptions>,
): ServingContainer {
  const root = mkdtempSync(join(directory, 'endpoint-'));
  const modelDir = join(root, 'model');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(modelDir, name)), { recursive: true });
    writeFileSync(join(modelDir, name), content);
  }
  return startServingContainer({ root, environment: {}, modelDir, onLog: () => undefined, ...options });
}

/** Resolves once the container answers `/ping` with 200. @throws if it ends before */
export async function healthy(container: ServingContainer): Promise<ServingContainer> {
  while ((await send(container, 'GET', '/ping')).status !== 200) await new Promise(setImmediate);
  return container;
}

export function bytesOf({ text, base64, times = 1, end = '' }: RecordedBody): Buffer {
  return base64 === undefined ? Buffer.from((text ?? '').repeat(times) + end) : Buffer.from(base64, 'base64');
}

/** Sends no header but those given: `fetch` would add an `accept` of its own. */
export async function send(
  container: ServingContainer | undefined,
  method: string,
  path: string,
  body: Buffer = Buffer.alloc(0),
  headers: RecordedCase['headers'] = {},
): Promise<RecordedAnswer> {
  const port = await container?.port;
  return new Promise((resolve, reject) => {
    const options = { port, method, path, headers: { ...headers, 'content-length': body.length } };
    const call = request({ host: '127.0.0.1', ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const content = comparable(Buffer.concat(chunks));
        resolve({
          status: response.statusCode,
          contentType: response.headers['content-type'],
          sha256: createHash('sha256').update(content).digest('hex'),
          begins: new TextDecoder().decode(content.subarray(0, 80)),
        });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

/** Without what XGBoost adds to its errors: the time, and addresses of its code. */
function comparable(content: Buffer): Buffer {
  const text = content.toString('latin1');
  return Buffer.from(text.replace(/\[\d\d:\d\d:\d\d\] .*/s, ''), 'latin1');
}

/**
 * A test for each recorded case: the container of its script answers to the bit as the published code did.
 */
export function testRecordedAnswers(
  cases: readonly RecordedCase[],
  containers: ReadonlyMap<string, ServingContainer>,
): void {
  test.each(
    cases.map((recordedCase): [string, RecordedCase] => [
      `${recordedCase.name} (${recordedCase.script}, ${recordedCase.headers.accept ?? 'any accept'})`,
      recordedCase,
    ]),
  )(
    'to %s',
    async (_name, { script, body, headers, answer }) => {
      expect(await send(containers.get(script), 'POST', '/invocations', bytesOf(body), headers)).toEqual(
        answer,
      );
    },
    60_000,
  );
}
