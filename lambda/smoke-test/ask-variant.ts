import { InvokeEndpointCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { judgeAnswer } from './judge-answer';

export interface SmokeTestProps {
  readonly runtime: SageMakerRuntimeClient;
  readonly endpointName: string;
  /** The variant to ask, whatever its weight. */
  readonly variant: string;
  /** CSV rows, without a header. */
  readonly samples: readonly string[];
  /** Scores of the same rows when the version was evaluated; fewer, or none, if there are none. */
  readonly expected: readonly (readonly number[])[];
  readonly now: () => Date;
}

export interface SmokeTestResult {
  readonly passed: boolean;
  /** What went wrong, or what was found right. */
  readonly reasons: readonly string[];
  readonly requests: number;
  readonly latencyMillisP50: number | null;
}

/** Asks a variant with each row by itself: it must answer with finite numbers, the same as in its evaluation. */
export async function askVariant(props: SmokeTestProps): Promise<SmokeTestResult> {
  const { variant, samples, expected, now } = props;
  if (samples.length === 0) {
    return failed(['there are no samples to ask the variant with'], []);
  }
  const problems: string[] = [];
  const latencies: number[] = [];
  for (const [index, sample] of samples.entries()) {
    const start = now().getTime();
    const problem = await problemWith(props, sample, expected[index]);
    latencies.push(now().getTime() - start);
    if (problem) problems.push(`sample ${index + 1}: ${problem}`);
  }
  if (problems.length > 0) return failed(problems.slice(0, MOST_REASONS), latencies);
  const compared = samples.filter((_, index) => expected[index] !== undefined).length;
  const reasons = [
    `${variant} answered ${samples.length} samples, ${compared} of them compared with the evaluation`,
  ];
  return { passed: true, reasons, requests: samples.length, latencyMillisP50: median(latencies) };
}

/** More would only fill the record. */
const MOST_REASONS = 5;

async function problemWith(
  { runtime, endpointName, variant }: SmokeTestProps,
  sample: string,
  expected: readonly number[] | undefined,
): Promise<string | undefined> {
  try {
    const { Body } = await runtime.send(
      new InvokeEndpointCommand({
        EndpointName: endpointName,
        TargetVariant: variant,
        ContentType: 'text/csv',
        Accept: 'text/csv',
        Body: new TextEncoder().encode(sample),
      }),
    );
    return judgeAnswer(new TextDecoder().decode(Body), expected);
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
}

function failed(reasons: readonly string[], latencies: readonly number[]): SmokeTestResult {
  return { passed: false, reasons, requests: latencies.length, latencyMillisP50: median(latencies) };
}

function median(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
