import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duration } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { Validation } from '../runtime/validation';

/**
 * A request that every version must answer before it has traffic, by finite numbers, as many for each row.
 */
export interface SmokeTestRequest {
  /** What is sent: CSV rows without a header, or JSON. */
  readonly body: string;

  /**
   * `text/csv` or `application/json`.
   * @default 'text/csv'
   */
  readonly contentType?: string;

  /**
   * The numbers that are to answer it, those of all its rows.
   * @default - any finite numbers
   */
  readonly expectedAnswer?: number[];

  /**
   * How far from `expectedAnswer` an answer may be, in its unit: a new version answers otherwise than the one
   * before.
   * @default 0.000001
   */
  readonly tolerance?: number;

  /**
   * How long the answer may take, as the smoke test's function in the same region sees it.
   * @default - as long as SageMaker or Lambda waits
   */
  readonly maximumLatency?: Duration;
}

/**
 * The requests that a version must answer before it gets traffic, in addition to the first rows of its
 * holdout.
 */
export interface SmokeTestProps {
  /** @default - none */
  readonly requests?: SmokeTestRequest[];

  /**
   * A JSON file of requests: an array of objects with `body` (text; or any JSON, which is sent as
   * `application/json`), and `contentType`, `expectedAnswer`, `tolerance` and `maximumLatencyMillis` as
   * `requests` have them.
   * @default - none
   */
  readonly requestFile?: string;
}

/** A request as the function reads it. */
interface GivenRequest {
  readonly contentType: string;
  readonly body: string;
  readonly expectedAnswer?: unknown;
  readonly tolerance: unknown;
  readonly maximumLatencyMillis?: unknown;
}

const FIELDS = ['body', 'contentType', 'expectedAnswer', 'tolerance', 'maximumLatencyMillis'];
/** Content types that a smoke test can send. */
const SENT = ['text/csv', 'application/json'];
const DEFAULT_TOLERANCE = 1e-6;
/** A release waits for all of them. */
const MOST_REQUESTS = 100;

/**
 * The requests as an asset; undefined if there are none.
 *
 * @param accepted content types that the container takes
 * @throws Error that lists what is wrong with them, and where
 */
export function smokeTestRequests(
  scope: Construct,
  props: SmokeTestProps,
  accepted: readonly string[],
): Asset | undefined {
  const validation = new Validation(scope);
  const fromProps = (props.requests ?? []).map(({ maximumLatency, ...request }) => ({
    ...request,
    maximumLatencyMillis: maximumLatency?.toMilliseconds(),
  }));
  const given = [
    ...fromProps.map((request, index) => ({ request, place: `smokeTest.requests[${index}]` })),
    ...requestsInFile(props.requestFile, validation),
  ];
  validation.check(
    given.length,
    given.length <= MOST_REQUESTS,
    `smokeTest takes at most ${MOST_REQUESTS} requests`,
  );
  const requests = given.map(({ request, place }) => checked(request, place, accepted, validation));
  validation.finish();
  if (requests.length === 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'smoke-test-'));
  try {
    const path = join(folder, 'requests.json');
    writeFileSync(path, JSON.stringify(requests));
    return new Asset(scope, 'SmokeTestRequests', { path });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Placed {
  readonly request: unknown;
  readonly place: string;
}

function requestsInFile(path: string | undefined, validation: Validation): Placed[] {
  if (path === undefined) return [];
  if (!existsSync(path)) {
    validation.add(
      `smokeTest.requestFile ${path} does not exist: name a JSON file, relative to the folder of cdk.json`,
    );
    return [];
  }
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    validation.add(`smokeTest.requestFile ${path} is not JSON: ${(error as Error).message}`);
    return [];
  }
  if (!Array.isArray(content) || content.length === 0) {
    validation.add(
      `smokeTest.requestFile ${path} must be an array of requests, as in [{"body": "1,2,3", "expectedAnswer": [0.5], "tolerance": 0.2}]`,
    );
    return [];
  }
  return content.map((request, index) => ({ request, place: `${path}[${index}]` }));
}

function checked(
  request: unknown,
  place: string,
  accepted: readonly string[],
  validation: Validation,
): GivenRequest {
  const {
    body,
    contentType = typeof body === 'object' ? 'application/json' : 'text/csv',
    expectedAnswer,
    tolerance = DEFAULT_TOLERANCE,
    maximumLatencyMillis,
  } = (typeof request === 'object' && request !== null ? request : {}) as Record<string, unknown>;
  const unknown = Object.keys(request ?? {}).filter((name) => !FIELDS.includes(name));
  const text = typeof body === 'object' && body !== null ? JSON.stringify(body) : body;
  const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value);
  validation
    .check(unknown, unknown.length === 0, `${place} has unknown fields; a request takes ${FIELDS.join(', ')}`)
    .check(body, typeof text === 'string' && text.trim() !== '', `${place}.body must be what is sent`)
    .check(
      contentType,
      SENT.includes(String(contentType)),
      `${place}.contentType must be ${SENT.join(' or ')}`,
    )
    .check(
      contentType,
      accepted.includes(String(contentType)) || !SENT.includes(String(contentType)),
      `${place}.contentType must be one that the container takes (${accepted.join(', ')})`,
    )
    .check(
      body,
      contentType !== 'application/json' || typeof text !== 'string' || isJson(text),
      `${place}.body must be JSON, as its contentType says`,
    )
    .check(
      expectedAnswer,
      expectedAnswer === undefined ||
        (Array.isArray(expectedAnswer) && expectedAnswer.length > 0 && expectedAnswer.every(isNumber)),
      `${place}.expectedAnswer must be finite numbers, those of all rows`,
    )
    .check(
      tolerance,
      isNumber(tolerance) && (tolerance as number) >= 0,
      `${place}.tolerance must be at least 0`,
    )
    .check(
      maximumLatencyMillis,
      maximumLatencyMillis === undefined ||
        (isNumber(maximumLatencyMillis) && (maximumLatencyMillis as number) > 0),
      `${place}: the maximum latency must be above 0`,
    );
  return {
    contentType: String(contentType),
    body: String(text),
    expectedAnswer,
    tolerance,
    maximumLatencyMillis,
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
