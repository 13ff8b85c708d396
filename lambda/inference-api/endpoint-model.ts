import {
  InvokeEndpointCommand,
  type InvokeEndpointCommandOutput,
  ModelError,
  type SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import type { Row } from '../domain/data/cell';
import { csvLine } from '../domain/data/csv-line';
import { HttpFault } from '../domain/http/http-fault';
import { numbersIn } from '../domain/traffic/payload/answer-numbers';
import type { Live } from './champion';

export interface EndpointModelProps {
  readonly runtime: Pick<SageMakerRuntimeClient, 'send'>;
  readonly endpointName: string;
}

/** As the function of a pipeline answers. */
export interface EndpointAnswer {
  readonly predictions: readonly (number | readonly number[])[];
  readonly modelVersion: string;
  readonly variant: string;
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html */
// biome-ignore lint/suspicious/noControlCharactersInRegex: SageMaker's own pattern
const INFERENCE_ID = /^[\x00-\x7f]{1,64}$/;
const CSV = 'text/csv';
/** API Gateway waits for half a minute. */
const LONGEST_MILLIS = 25_000;
/** Of the caller, who may try again. */
const BUSY = new Set(['ThrottlingException', 'ServiceUnavailable', 'ModelNotReadyException']);

/** The endpoint of a pipeline, which answers rows in CSV with numbers. */
export class EndpointModel {
  constructor(private readonly props: EndpointModelProps) {}

  /**
   * @param inferenceId the caller's own id of the request
   * @throws HttpFault 400 if SageMaker does not take the id, 502 if the model fails, 503 if the endpoint has
   * no capacity, 504 if it takes too long
   */
  async predict(rows: readonly Row[], inferenceId: string | undefined, live: Live): Promise<EndpointAnswer> {
    if (inferenceId !== undefined && !INFERENCE_ID.test(inferenceId)) {
      const field = 'inferenceId';
      throw new HttpFault(400, 'inferenceId must be 1 to 64 characters of ASCII', { field });
    }
    const answer = await this.invoke(rows.map(csvLine).join('\n'), inferenceId).catch((error: Error) => {
      throw faultOf(error);
    });
    const { InvokedProductionVariant: variant = live.production.variant } = answer;
    const { production, candidate } = live;
    const route = candidate?.variant === variant ? candidate : production;
    return { predictions: predictionsOf(answer, rows.length), modelVersion: route.modelVersion, variant };
  }

  private invoke(csv: string, InferenceId: string | undefined): Promise<InvokeEndpointCommandOutput> {
    const { runtime, endpointName: EndpointName } = this.props;
    return runtime.send(
      new InvokeEndpointCommand({
        EndpointName,
        InferenceId,
        ContentType: CSV,
        Accept: CSV,
        Body: new TextEncoder().encode(csv),
      }),
      { abortSignal: AbortSignal.timeout(LONGEST_MILLIS) },
    );
  }
}

/** What the container says stays in the log: it may be of other requests. */
function faultOf(error: Error): Error {
  if (error instanceof ModelError) return new HttpFault(502, 'the model failed', { cause: error });
  if (BUSY.has(error.name)) {
    const headers = { 'retry-after': '1' };
    return new HttpFault(503, 'the endpoint has no capacity left; try again', { cause: error, headers });
  }
  if (error.name === 'TimeoutError' || error.name === 'AbortError') {
    const seconds = LONGEST_MILLIS / 1000;
    return new HttpFault(504, `the model did not answer within ${seconds} seconds`, { cause: error });
  }
  return error;
}

/** One number for each row, or as many as there are classes. */
function predictionsOf({ Body, ContentType = CSV }: InvokeEndpointCommandOutput, rows: number) {
  const data = Buffer.from(Body ?? []).toString('base64');
  let numbers: number[];
  try {
    numbers = numbersIn({ data, encoding: 'BASE64', observedContentType: ContentType }, 'answer');
  } catch (cause) {
    throw new HttpFault(502, 'the model answered with what is not numbers', { cause });
  }
  const width = numbers.length / rows;
  if (!Number.isInteger(width) || width === 0) {
    throw new HttpFault(502, `the model answered ${rows} rows with ${numbers.length} numbers`);
  }
  if (width === 1) return numbers;
  return Array.from({ length: rows }, (_, row) => numbers.slice(row * width, (row + 1) * width));
}
