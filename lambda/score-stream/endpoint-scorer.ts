import type { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { StreamScorerSettings } from '../../contracts/functions/stream';
import type { ModelSignature } from '../../contracts/model-signature';
import type { Cell } from '../domain/data/cell';
import { csvLine } from '../domain/data/csv-line';
import { mostLikely } from '../domain/metrics/several-classes';
import { scoresPerRow } from '../domain/traffic/answers';
import { numbersIn } from '../domain/traffic/payload/answer-numbers';
import type { Route } from '../inference/choose-route';
import type { Routes } from '../inference/route-source';
import type { RequestCell, RequestRow } from '../inference/rows';
import { cellsInOrder } from './cells-in-order';
import { hashOf } from './outputs/hash-of';
import { PoisonRecordError } from './poison-record-error';
import type { Score, Scorer } from './score-records';

export interface EndpointScorerProps {
  readonly endpoint: Extract<StreamScorerSettings, { readonly kind: 'endpoint' }>;
  /** The signature of a version; undefined of one that was registered before versions had them. */
  readonly signatureOf: (modelVersion: string) => Promise<ModelSignature | undefined>;
}

/**
 * What an endpoint takes:
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 */
const LONGEST_INFERENCE_ID = 64;

/**
 * Scores by requests to an endpoint, one a record, to the variant of the version that the record's key has:
 * SageMaker counts and records them as any others.
 */
export class EndpointScorer implements Scorer {
  readonly atOnce = 8;
  private readonly sdk: typeof import('@aws-sdk/client-sagemaker-runtime');
  private readonly client: SageMakerRuntimeClient;
  private readonly signatures = new Map<string, Promise<ModelSignature | undefined>>();

  constructor(private readonly props: EndpointScorerProps) {
    // Loaded here, for pipelines that a function serves need none.
    this.sdk = require('@aws-sdk/client-sagemaker-runtime');
    this.client = new this.sdk.SageMakerRuntimeClient();
  }

  prepare(modelVersions: readonly string[]): void {
    for (const known of this.signatures.keys()) {
      if (!modelVersions.includes(known)) this.signatures.delete(known);
    }
  }

  async score(route: Route, row: RequestRow, id: string, routes: Routes): Promise<Score> {
    const inferenceId = id.length <= LONGEST_INFERENCE_ID ? id : hashOf(id);
    const signature = await this.signatureOf(route.modelVersion);
    const isProduction = route === routes.production;
    try {
      return { ...(await this.answer(route, row, signature, inferenceId)), inferenceId };
    } catch (error) {
      // What a candidate alone does not take waits: for production's answer, if it is rolled back.
      if (error instanceof PoisonRecordError && !isProduction)
        throw new Error(error.message, { cause: error });
      throw error;
    }
  }

  private async answer(
    { variant }: Route,
    row: RequestRow,
    signature: ModelSignature | undefined,
    inferenceId: string,
  ): Promise<Omit<Score, 'inferenceId'>> {
    const { endpointName, contentType, hasVariants } = this.props.endpoint;
    const { Body, ContentType = contentType } = await this.client
      .send(
        new this.sdk.InvokeEndpointCommand({
          EndpointName: endpointName,
          ContentType: contentType,
          Accept: contentType,
          Body: bodyOf(cellsInOrder(row, signature), contentType),
          // A serverless endpoint has one variant, and records nothing.
          ...(hasVariants && { TargetVariant: variant, InferenceId: inferenceId }),
        }),
      )
      .catch((error: Error) => {
        throw this.refusalIn(error) ?? error;
      });
    return answerIn(Body?.transformToString() ?? '', ContentType, signature);
  }

  /** The container's own answer that a request is at fault; undefined of any other error. */
  private refusalIn(error: Error): PoisonRecordError | undefined {
    if (!(error instanceof this.sdk.ModelError)) return undefined;
    const { OriginalStatusCode = 0, OriginalMessage = error.message } = error;
    if (OriginalStatusCode < 400 || OriginalStatusCode >= 500 || RETRIED.has(OriginalStatusCode))
      return undefined;
    return new PoisonRecordError('row', `the container answers ${OriginalStatusCode}: ${OriginalMessage}`, {
      cause: error,
    });
  }

  private signatureOf(modelVersion: string): Promise<ModelSignature | undefined> {
    const known = this.signatures.get(modelVersion);
    if (known) return known;
    const reading = this.props.signatureOf(modelVersion);
    this.signatures.set(modelVersion, reading);
    reading.catch(() => this.signatures.delete(modelVersion));
    return reading;
  }
}

/** A timeout, and too many requests. */
const RETRIED = new Set([408, 429]);

function bodyOf(cells: readonly RequestCell[], contentType: string): string {
  if (contentType === 'application/json') return JSON.stringify({ instances: [cells] });
  return csvLine(cells.map(csvCell));
}

function csvCell(cell: RequestCell, index: number): Cell {
  if (cell === null) return '';
  if (typeof cell === 'boolean') return Number(cell);
  if (typeof cell === 'object') {
    throw new PoisonRecordError('row', `cell ${index + 1} is a list, which CSV does not hold`);
  }
  return cell;
}

/** @throws Error if the answer is not of one row */
function answerIn(
  data: string,
  observedContentType: string,
  signature: ModelSignature | undefined,
): Omit<Score, 'inferenceId'> {
  const encoded = Buffer.from(data).toString('base64');
  const numbers = numbersIn({ data: encoded, encoding: 'BASE64', observedContentType }, 'the answer');
  const count = scoresPerRow(numbers, 1);
  if (count === undefined) {
    throw new Error(`the answer should be of one row, but is '${data.trim().slice(0, 80)}'`);
  }
  if (count <= 2) return { predictions: [numbers[count - 1] as number] };
  const classes = signature?.outputs[0]?.classes;
  const likeliest = mostLikely(numbers, 0, count);
  if (classes?.length !== count) return { predictions: [likeliest], probabilities: [numbers] };
  return { predictions: [classes[likeliest] as string | number], probabilities: [numbers], classes };
}
