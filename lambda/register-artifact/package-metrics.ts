import { text as textOf } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { MOST_METRICS } from '../domain/records/registry-properties';
import { METRIC_NAME } from './check-artifact';
import { findObject } from './find-object';
import type { ModelPackage } from './package-request';
import type { RegistrationProps } from './register-artifact';
import { RegistrationRefusedError } from './registration-refused-error';

/** As messages name the file. */
const FILE = 'model quality statistics';

/** Evaluations of a model have some kilobytes; nothing larger is read into memory. */
const MOST_BYTES = 1024 ** 2;

/**
 * The metrics that a package names by `ModelMetrics.ModelQuality.Statistics`: the numbers below `value` of
 * each `..._metrics`, as SageMaker Model Monitor writes them, and evaluations in SageMaker Pipelines as well.
 *
 * @throws RegistrationRefusedError if the package names a file that cannot be read
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-metrics.html
 */
export async function packageMetrics(
  { ModelMetrics }: ModelPackage,
  props: Pick<RegistrationProps, 'store' | 'bucketOf'>,
): Promise<Record<string, number>> {
  const uri = ModelMetrics?.ModelQuality?.Statistics?.S3Uri;
  if (uri === undefined) return {};
  const { bucket, key, versionId, bytes } = await findObject(uri, FILE, props);
  if (bytes > MOST_BYTES) throw refused(uri, `have ${bytes} bytes, and at most ${MOST_BYTES} are read`);
  const content = await textOf(await props.bucketOf(bucket).readStream(key, versionId));
  const metrics = Object.entries(metricsIn(content, uri));
  const unnamed = metrics.find(([name]) => !METRIC_NAME.test(name));
  if (unnamed) throw refused(uri, `have a metric '${unnamed[0]}', which is no name in the registry`);
  if (metrics.length > MOST_METRICS) {
    throw refused(uri, `have ${metrics.length} metrics, and the registry keeps ${MOST_METRICS}`);
  }
  return Object.fromEntries(metrics);
}

function metricsIn(content: string, uri: string): Record<string, number> {
  let groups: Record<string, unknown>;
  try {
    groups = statistics.parse(JSON.parse(content));
  } catch (cause) {
    throw refused(uri, `are no JSON object: ${(cause as Error).message}`);
  }
  const metrics = Object.entries(groups).flatMap(([group, members]) =>
    group.endsWith('_metrics') ? Object.entries(ofGroup.safeParse(members).data ?? {}) : [],
  );
  return Object.fromEntries(
    metrics.flatMap(([name, metric]) => {
      const { success, data } = ofMetric.safeParse(metric);
      return success ? [[name, data.value]] : [];
    }),
  );
}

const statistics = z.record(z.string(), z.unknown());
const ofGroup = z.record(z.string(), z.unknown());
/** Confusion matrices and curves have no single value. */
const ofMetric = z.object({ value: z.number() });

function refused(uri: string, problem: string): RegistrationRefusedError {
  return new RegistrationRefusedError(
    `the ${FILE} ${uri} ${problem}: correct the file, or leave it out and give metrics as properties metric:<name>`,
  );
}
