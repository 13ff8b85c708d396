import { AwsError } from './aws-error';
import { RandomSource } from './random-source';
import type { SdkModel, WireProtocol } from './sdk-model';

export const FAULT_KINDS = ['throttling', 'internal', 'timeout', 'lost-answer'] as const;

/**
 * What can go wrong with a call: it is refused because of too many, it is refused by a fault of the service,
 * the connection ends before anything is done, or it ends when all is done and the answer is lost.
 */
export type FaultKind = (typeof FAULT_KINDS)[number];

/**
 * Faults that fall on calls as if by chance. The same seed lets the same calls fail: of each operation the
 * same ones.
 */
export interface FaultOptions {
  /** Share of the calls that fail, 0 to 1. */
  readonly rate: number;
  /** @default 1 */
  readonly seed?: number;
  /** @default all */
  readonly kinds?: readonly FaultKind[];
  /** Services whose calls may fail, by their names in credential scopes, e.g. `sagemaker`. @default all */
  readonly services?: readonly string[];
  /** Operations that may fail, e.g. `CreateTrainingJob`. @default all */
  readonly operations?: readonly string[];
}

/** The connection ended without an answer. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLost';
}

/** Lets calls fail. */
export class Faults {
  private readonly randomness = new Map<string, RandomSource>();
  private readonly kinds: readonly FaultKind[];

  /** @throws Error if an option is not valid */
  constructor(private readonly options: FaultOptions) {
    const { rate, kinds = FAULT_KINDS } = options;
    if (!(rate >= 0 && rate <= 1)) throw new Error(`the rate of faults must be from 0 to 1, got ${rate}`);
    const unknown = kinds.find((kind) => !FAULT_KINDS.includes(kind));
    if (unknown || kinds.length === 0) {
      throw new Error(`there is no kind of fault '${unknown ?? ''}'; there are ${FAULT_KINDS.join(', ')}`);
    }
    this.kinds = kinds;
  }

  /**
   * Does a call, if no fault keeps it from being done.
   *
   * @throws AwsError with the service's own code
   * @throws ConnectionLostError
   */
  async around<Output>(
    { service, operation, model }: { service: string; operation: string; model: SdkModel },
    call: () => Promise<Output>,
  ): Promise<Output> {
    const kind = this.next(service, operation);
    if (kind === 'throttling') throw throttled(service, operation, model.protocol);
    if (kind === 'internal') throw failed(service);
    if (kind === 'timeout') throw new ConnectionLostError(`${service}:${operation} was not done`);
    const output = await call();
    if (kind === 'lost-answer')
      throw new ConnectionLostError(`the answer of ${service}:${operation} is lost`);
    return output;
  }

  /**
   * Each operation has chances of its own, so that calls made at the same time do not change each other's.
   */
  private next(service: string, operation: string): FaultKind | undefined {
    const { rate, seed = 1, services = [service], operations = [operation] } = this.options;
    if (!services.includes(service) || !operations.includes(operation)) return undefined;
    const key = `${service}:${operation}`;
    const randomness = this.randomness.get(key) ?? new RandomSource(seed ^ hashOf(key));
    this.randomness.set(key, randomness);
    const [chance, choice] = [randomness.next(), randomness.next()];
    return chance < rate ? this.kinds[Math.floor(choice * this.kinds.length)] : undefined;
  }
}

const RATE_OF_SHARD = ['ProvisionedThroughputExceededException', 'Rate exceeded for shard.', 400] as const;

/**
 * Codes of too many calls, of a service or of one operation, that are not `ThrottlingException`, which most
 * JSON services say, or `Throttling`.
 */
const THROTTLED: Readonly<Record<string, readonly [code: string, message: string, status: number]>> = {
  kinesis: ['LimitExceededException', 'Rate exceeded.', 400],
  'kinesis:GetRecords': RATE_OF_SHARD,
  'kinesis:PutRecord': RATE_OF_SHARD,
  'kinesis:PutRecords': RATE_OF_SHARD,
  lambda: ['TooManyRequestsException', 'Rate Exceeded.', 429],
  s3: ['SlowDown', 'Please reduce your request rate.', 503],
  sns: ['Throttled', 'Rate exceeded', 429],
  sqs: ['RequestThrottled', 'Rate exceeded', 400],
  'ssm:PutParameter': [
    'TooManyUpdates',
    'There are concurrent updates for a resource that supports one update at a time.',
    400,
  ],
};

function throttled(service: string, operation: string, protocol: WireProtocol): AwsError {
  const usual = protocol === 'query' ? 'Throttling' : 'ThrottlingException';
  const [code, message, status] = THROTTLED[`${service}:${operation}`] ??
    THROTTLED[service] ?? [usual, 'Rate exceeded', 400];
  return new AwsError(code, message, { status });
}

/** Codes of a service's own faults that are not `InternalFailure`, which all services may say. */
const FAILED: Readonly<Record<string, string>> = {
  events: 'InternalException',
  kinesis: 'InternalFailureException',
  lambda: 'ServiceException',
  logs: 'ServiceUnavailableException',
  monitoring: 'InternalServiceError',
  s3: 'InternalError',
  sns: 'InternalError',
  ssm: 'InternalServerError',
};

function failed(service: string): AwsError {
  const code = FAILED[service] ?? 'InternalFailure';
  return new AwsError(code, 'We encountered an internal error. Please try again.', { status: 500 });
}

/** FNV-1a */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return hash;
}
