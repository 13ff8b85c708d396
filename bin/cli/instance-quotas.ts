import { paginateListServiceQuotas, type ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { Pipeline, PipelineResources } from './pipeline';

type InstanceNeed = NonNullable<PipelineResources['instances']>[number];

/** A quota of SageMaker beside what the pipelines of an account need of it. */
export interface InstanceQuota {
  /** As Service Quotas names it, e.g. `ml.m5.large for endpoint usage`. */
  readonly name: string;
  /** Instances that all pipelines have at a time, with the largest release of one of them. */
  readonly needed: number;
  /** How that comes about. */
  readonly reason: string;
  /** Instances that the account may have; undefined if Service Quotas lists no such quota. */
  readonly allowed: number | undefined;
}

/**
 * `UpdateEndpoint` starts a fleet of both variants, twice the count, before it ends the current one.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
 */
const FLEETS_IN_A_RELEASE = 3;

/**
 * The quotas that pipelines need, by what their stacks publish. Each instance type has quotas of its own,
 * which only their names tell: their codes differ from type to type.
 *
 * @throws Error if the quotas cannot be listed, e.g. one named `AccessDeniedException`
 * @see https://docs.aws.amazon.com/general/latest/gr/sagemaker.html#limits_sagemaker
 */
export async function instanceQuotas(
  client: ServiceQuotasClient,
  pipelines: readonly Pick<Pipeline, 'name' | 'resources'>[],
): Promise<InstanceQuota[]> {
  const needs = new Map<string, PipelineNeed[]>();
  for (const { name, resources } of pipelines) {
    for (const { use, type, count } of resources.instances ?? []) {
      const quota = `${type} for ${use} usage`;
      needs.set(quota, [...(needs.get(quota) ?? []), { pipeline: name, use, count }]);
    }
  }
  if (needs.size === 0) return [];
  const allowed = new Map<string, number>();
  // https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
  const pages = paginateListServiceQuotas({ client }, { ServiceCode: 'sagemaker', MaxResults: 100 });
  for await (const { Quotas = [] } of pages) {
    for (const { QuotaName, Value } of Quotas)
      if (QuotaName !== undefined && Value !== undefined) allowed.set(QuotaName, Value);
  }
  return [...needs].map(([name, ofQuota]) => ({ name, ...sumOf(ofQuota), allowed: allowed.get(name) }));
}

interface PipelineNeed extends Pick<InstanceNeed, 'use' | 'count'> {
  readonly pipeline: string;
}

/** Releases seldom coincide, so one is counted: the largest. */
function sumOf(needs: readonly PipelineNeed[]): Pick<InstanceQuota, 'needed' | 'reason'> {
  const total = needs.reduce((sum, { count }) => sum + count, 0);
  const largest = needs.reduce((most, need) => (need.count > most.count ? need : most));
  if (largest.use !== 'endpoint')
    return {
      needed: total,
      reason: needs.map(({ pipeline, count }) => `${count} of ${pipeline}`).join(', '),
    };
  const others = needs.filter((need) => need !== largest);
  return {
    needed: total + (FLEETS_IN_A_RELEASE - 1) * largest.count,
    reason: [
      `${FLEETS_IN_A_RELEASE} x ${largest.count} during a release of ${largest.pipeline}`,
      ...others.map(({ pipeline, count }) => `${count} of ${pipeline}`),
    ].join(', '),
  };
}
