import type { BatchDelivery, BatchManifest } from '../../contracts/batch';
import type {
  DeliveredPart,
  FinishDeliverySettings,
  FinishedDelivery,
} from '../../contracts/functions/batch';
import { readJsonAhead } from '../aws/read-ahead';
import type { ArtifactStore } from '../aws/store';
import { batchDelivery, batchManifest } from '../domain/batch/batch-documents';
import { batchDeliveriesPrefix, batchRunKey } from '../domain/records/bucket-layout';

export interface FinishDeliveryProps extends Pick<FinishDeliverySettings, 'batchName' | 'sinks'> {
  readonly store: Pick<ArtifactStore, 'list' | 'readJson' | 'uriOf'>;
  readonly metrics: { publish(values: Readonly<Record<string, number>>, time: Date): Promise<void> };
  readonly now: () => Date;
}

/** Parts of the output were neither taken by a sink nor refused. */
export class UndeliveredPartsError extends Error {
  override readonly name = 'UndeliveredParts';
}

/**
 * Ends the delivery of a run whose parts all reached each sink: publishes how many rows were taken and
 * refused.
 *
 * @throws UndeliveredPartsError if parts did not; the others are delivered, and are not delivered again
 */
export async function finishDelivery(run: string, props: FinishDeliveryProps): Promise<FinishedDelivery> {
  const { store, batchName, metrics, now } = props;
  const manifestKey = batchRunKey(batchName, run, 'manifest.json');
  const manifest = await store.readJson(manifestKey, batchManifest);
  const sinks: Record<string, DeliveredPart> = {};
  const missing: string[] = [];
  for (const sink of props.sinks) {
    const found = await deliveries(manifest, sink, props);
    const undelivered = manifest.parts.filter((_, part) => !found.has(part)).length;
    if (undelivered > 0) missing.push(`${sink} lacks ${undelivered} of ${manifest.parts.length} parts`);
    sinks[sink] = sumOf([...found.values()]);
  }
  const all = sumOf(Object.values(sinks));
  await metrics.publish(
    {
      BatchDeliveredRows: all.rows,
      BatchRefusedRows: all.refusedRows,
      BatchUndeliveredSinks: missing.length,
    },
    now(),
  );
  if (missing.length > 0) {
    throw new UndeliveredPartsError(
      `${missing.join('; ')}, of the run that ${store.uriOf(manifestKey)} describes: the log of deliver-batch says why; start the run once more by its name, and it delivers what is left`,
    );
  }
  const { modelVersion, rows, failedRows } = manifest;
  return { run, modelVersion, manifestKey, rows, failedRows, sinks };
}

async function deliveries(
  { run }: BatchManifest,
  sink: string,
  { store, batchName }: FinishDeliveryProps,
): Promise<Map<number, BatchDelivery>> {
  const objects = store.list(batchDeliveriesPrefix(batchName, run, sink));
  const found = new Map<number, BatchDelivery>();
  for await (const delivery of readJsonAhead(store, objects, batchDelivery))
    found.set(delivery.part, delivery);
  return found;
}

function sumOf(parts: readonly DeliveredPart[]): DeliveredPart {
  return {
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    refusedRows: parts.reduce((sum, { refusedRows }) => sum + refusedRows, 0),
  };
}
