import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root';
import type { StandIn } from './stand-in';

/**
 * Requests whose recordings are written together. Lambda has an instance write after each answer, and the
 * caller does not wait for it; here that would be another program's time, whose caches the next request had
 * to fill again.
 */
const RECORDED_TOGETHER = 200;

interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Exports {
  register(): Promise<void>;
  handler(event: object, context: { readonly awsRequestId: string }): Promise<HttpAnswer>;
}

/** The function as it is deployed, with one model, in this process. */
export class DeployedFunction {
  private requests = 0;
  private unrecorded = 0;
  private isRecording = false;

  private constructor(
    private readonly exports: Exports,
    private readonly standIn: StandIn | undefined,
  ) {}

  /**
   * With recording on. Lines of metrics go where nobody reads them: a pipe would be full, and wait for its
   * reader.
   */
  static async start(standIn: StandIn): Promise<DeployedFunction> {
    const sink = openSync('/dev/null', 'w');
    process.stdout.write = (text: string | Uint8Array) => writeSync(sink, String(text)) > 0;
    const exports = load(standIn.host, 100);
    await exports.register();
    return new DeployedFunction(exports, standIn);
  }

  /** Without recording. */
  static cold(host: string): DeployedFunction {
    return new DeployedFunction(load(host, 0), undefined);
  }

  /** The answer to an HTTP request. */
  async answer(body: string): Promise<HttpAnswer> {
    const event = { body, isBase64Encoded: false, headers: { 'content-type': 'application/json' } };
    const answer = await this.exports.handler(event, { awsRequestId: `bench-${this.requests++}` });
    this.unrecorded++;
    return answer;
  }

  /** To be awaited after each answer: records requests from time to time. */
  async afterAnswer(): Promise<void> {
    if (this.unrecorded < RECORDED_TOGETHER || this.isRecording) return;
    this.isRecording = true;
    this.unrecorded = 0;
    await this.standIn?.afterAnswer();
    this.isRecording = false;
  }
}

function load(host: string, capturePercentage: number): Exports {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://${host}`,
    AWS_LAMBDA_RUNTIME_API: host,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    PIPELINE_NAME: 'bench',
    BUCKET_NAME: 'bench',
    SETTINGS: JSON.stringify({
      serves: { kind: 'model', location: { bucket: 'bench', key: 'model.onnx' }, modelVersion: '1.0.0' },
      capturePercentage,
      metricNamespace: 'ModelPipeline',
    }),
  });
  return require(join(repositoryRoot(), 'dist', 'assets', 'inference', 'serverless-inference.js'));
}
