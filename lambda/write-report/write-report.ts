import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { RequestMetricsSource } from '../../contracts/release-policy';
import { type RequestSource, requestSources } from '../analyse-step/request-sources';
import type { ArtifactStore } from '../aws/store';
import { reportPage } from '../domain/pages/release/report-page';
import { looksPrefix, reportKey, shadowKey } from '../domain/records/bucket-layout';
import { foldLooks } from '../domain/release/look-runs';
import type { ReleaseLook } from '../domain/release/release-look';
import type { ReleaseReport } from '../domain/release/release-report';
import { type ShadowReport, shadowReport } from '../domain/release/shadow-report';
import { readLooks } from './read-looks';
import { type ReleaseTraffic, readTraffic } from './read-traffic';
import { parseReleaseEnd, type ReleaseEnd } from './release-end';

export interface ReportProps {
  readonly cloudWatch: CloudWatchClient;
  readonly store: ArtifactStore;
  /** Requests of all count; latencies are those of the first. */
  readonly requestMetrics: readonly RequestMetricsSource[];
}

/**
 * Writes how a release went, as JSON and as a page. It lists what cannot be read. @returns where the page is
 */
export async function writeReport(
  event: unknown,
  { cloudWatch, store, requestMetrics }: ReportProps,
): Promise<{ report: string }> {
  const end = parseReleaseEnd(event);
  const missing: string[] = [];
  const looks = await looksAt(end, store, missing);
  const traffic = await trafficOf(end, cloudWatch, requestMetrics, missing);
  const shadow = await shadowOf(end, store, missing);
  const report = reportOf(end, looks, traffic, shadow, missing, store);
  const html = reportKey(end.plan.releaseId, 'html');
  await store.writeJson(reportKey(end.plan.releaseId, 'json'), report);
  await store.write(html, reportPage(report));
  return { report: store.uriOf(html) };
}

async function looksAt(
  { plan }: ReleaseEnd,
  store: ArtifactStore,
  missing: string[],
): Promise<readonly ReleaseLook[]> {
  try {
    const { looks, unreadable } = await readLooks(store, plan.releaseId);
    if (unreadable > 0) missing.push(`${unreadable} of the evaluations could not be read`);
    return looks;
  } catch (error) {
    missing.push(`the evaluations could not be read: ${(error as Error).message}`);
    return [];
  }
}

async function trafficOf(
  { plan, time, trafficSince }: ReleaseEnd,
  client: CloudWatchClient,
  requestMetrics: readonly RequestMetricsSource[],
  missing: string[],
): Promise<ReleaseTraffic> {
  const none = { binMinutes: 1, traffic: [] };
  if (!trafficSince || !plan.championVariant) return none;
  try {
    const read = await readTraffic(
      client,
      {
        sources: sourcesOf(plan, requestMetrics),
        championVariant: plan.championVariant,
        challengerVariant: plan.variant,
      },
      { since: new Date(trafficSince), until: new Date(time) },
    );
    if (read.traffic.length === 0) missing.push('CloudWatch knows of no request during the release');
    return read;
  } catch (error) {
    missing.push(`the metrics could not be read: ${(error as Error).message}`);
    return none;
  }
}

function sourcesOf(
  plan: ReleaseEnd['plan'],
  requestMetrics: readonly RequestMetricsSource[],
): RequestSource[] {
  const counted = { ...plan, endpointConfigName: plan.configName };
  const { endpointConfigName } = plan.champion ?? {};
  if (plan.championVariant !== plan.variant || !endpointConfigName) {
    return requestSources(counted, requestMetrics);
  }
  // In one variant, fleets are told apart by their configs; a function's requests cannot be.
  const ofEndpoint = requestMetrics.filter(
    ({ releaseDimension }) => releaseDimension === 'EndpointConfigName',
  );
  return requestSources(counted, ofEndpoint).map((source) => ({
    ...source,
    championDimensions: { EndpointConfigName: endpointConfigName },
  }));
}

async function shadowOf(
  { plan }: ReleaseEnd,
  store: ArtifactStore,
  missing: string[],
): Promise<ShadowReport | undefined> {
  try {
    return await store.tryReadJson(shadowKey(plan.releaseId), shadowReport);
  } catch (error) {
    missing.push(`the shadow could not be read: ${(error as Error).message}`);
    return undefined;
  }
}

function reportOf(
  end: ReleaseEnd,
  looks: readonly ReleaseLook[],
  traffic: ReleaseTraffic,
  shadow: ShadowReport | undefined,
  missing: readonly string[],
  store: ArtifactStore,
): ReleaseReport {
  const { plan, outcome, reason, reasons, startedAt, trafficSince, time } = end;
  const { releaseId, champion, championVariant } = plan;
  const predictions = looks.findLast((look) => look.predictions)?.predictions;
  const quality = looks.findLast((look) => look.quality)?.quality;
  return {
    version: 1,
    releaseId,
    endpointName: plan.endpointName,
    outcome,
    challenger: {
      modelVersion: plan.modelVersion,
      variant: plan.variant,
      ...(plan.configName !== null && { endpointConfigName: plan.configName }),
    },
    champion: champion && { modelVersion: champion.modelVersion, variant: championVariant ?? 'unknown' },
    reason,
    reasons,
    startedAt,
    trafficSince,
    endedAt: time,
    trafficShares: plan.steps.map(({ challenger }) => challenger),
    ...traffic,
    looks: foldLooks(looks),
    ...(predictions && { predictions }),
    ...(quality && { quality }),
    ...(shadow && { shadow }),
    missing: [...missing],
    files: {
      looks: store.uriOf(looksPrefix(releaseId)),
      json: store.uriOf(reportKey(releaseId, 'json')),
      html: store.uriOf(reportKey(releaseId, 'html')),
    },
  };
}
