import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeEndpointCommand, type DescribeEndpointOutput } from '@aws-sdk/client-sagemaker';
import type { RoutingDocument } from '../../lambda/domain/release/routing';
import type { Aws } from './aws';
import { CliError } from './cli-error';
import type { Pipeline } from './pipeline';
import { runningExecutions } from './running-executions';

const POLL_MILLISECONDS = 1_000;
/** A release that was stopped while it planned is looked for once more after 90 seconds. */
const MOST_IDLE_POLLS = 120;

/**
 * Waits until the version in production has all the traffic, or, with nothing in production, until the
 * release has ended.
 *
 * @param until `alone`: until nothing of the challenger is left, too
 * @throws CliError if nothing works on it any more
 */
export async function waitForChampion(
  aws: Aws,
  pipeline: Pipeline,
  releaseId: string,
  until: 'traffic' | 'alone',
): Promise<RoutingDocument> {
  const { releaseStateMachine, restoreStateMachine } = pipeline.resources;
  for (let idle = 0; idle < MOST_IDLE_POLLS; ) {
    const live = await pipeline.routing();
    const isUnderWay = live.candidate?.releaseId === releaseId;
    if (!isUnderWay || until === 'traffic') {
      if (hasAllTraffic(live, await endpointOf(aws, pipeline), isUnderWay)) return live;
    }
    const running = await Promise.all(
      [releaseStateMachine, restoreStateMachine].map((machine) => runningExecutions(aws, machine)),
    );
    idle = running.flat().length > 0 ? 0 : idle + 1;
    await sleep(POLL_MILLISECONDS);
  }
  throw new CliError(
    `the version in production does not have all the traffic, and nothing is restoring it: check the executions of ${restoreStateMachine}, then: model-pipeline rollback`,
  );
}

/** Whether callers get answers of the version in production only. */
export function hasAllTraffic(
  { production, candidate }: RoutingDocument,
  endpoint: DescribeEndpointOutput | undefined,
  isUnderWay: boolean,
): boolean {
  if (!production) return !isUnderWay;
  if (isUnderWay && candidate && candidate.trafficShare > 0) return false;
  if (production.endpointConfigName === undefined) return true;
  if (endpoint?.EndpointConfigName === production.endpointConfigName) return true;
  const variants = endpoint?.ProductionVariants ?? [];
  return (
    // With deployment guardrails both versions have one variant, of which nothing tells them apart.
    candidate?.variant !== production.variant &&
    variants.some(({ VariantName, CurrentWeight }) => VariantName === production.variant && CurrentWeight) &&
    variants.every(({ VariantName, CurrentWeight }) => VariantName === production.variant || !CurrentWeight)
  );
}

async function endpointOf(aws: Aws, { resources }: Pipeline): Promise<DescribeEndpointOutput | undefined> {
  if (resources.endpoint === undefined) return undefined;
  return aws.sagemaker
    .send(new DescribeEndpointCommand({ EndpointName: resources.endpoint }))
    .catch((error: Error) => {
      if (error.name === 'ValidationException') return undefined;
      throw error;
    });
}
