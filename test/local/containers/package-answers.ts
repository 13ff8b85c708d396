import { execFileSync } from 'node:child_process';
import { request } from 'node:http';
import { standInOf } from '../../../local/containers/images';
import { ensurePythonEnvironment } from '../../../local/containers/python-environment';

export interface RawRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** Base64. */
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** Base64. */
  readonly body: string;
}

export function rawRequest(headers: Readonly<Record<string, string>>, body: Buffer): RawRequest {
  return { headers, body: body.toString('base64') };
}

/** What a script prints that runs a published package on requests, without a server around it. */
export function answersOfPackage(
  python: string,
  script: string,
  modelDir: string,
  requests: readonly RawRequest[],
): Answer[] {
  const output = execFileSync(python, [script, modelDir], {
    input: JSON.stringify(requests),
    maxBuffer: 64 * 1024 * 1024,
    stdio: 'pipe',
  });
  return JSON.parse(output.toString()) as Answer[];
}

/** What a container on loopback answers. */
export function answerTo(port: number, { headers, body }: RawRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/invocations', method: 'POST', headers };
    const call = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? '',
          body: Buffer.concat(chunks).toString('base64'),
        }),
      );
    });
    call.on('error', reject);
    call.end(Buffer.from(body, 'base64'));
  });
}

/** What runs in the place of an image, with its Python. */
export async function prepared(image: string) {
  const standIn = standInOf(image);
  if (!standIn) throw new Error(`${image} has no stand-in`);
  return { standIn, python: (await ensurePythonEnvironment({ standIn })).python };
}
