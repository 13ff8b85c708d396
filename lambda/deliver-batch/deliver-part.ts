import { gunzipSync } from 'node:zlib';
import type { BatchDelivery, BatchManifest, BatchManifestPart } from '../../contracts/batch';
import type { DeliverBatchRequest, DeliveredPart } from '../../contracts/functions/batch';
import type { ArtifactStore } from '../aws/store';
import { batchDelivery, batchManifest } from '../domain/batch/batch-documents';
import { batchDeliveryKey, batchRefusedKey, batchRunKey } from '../domain/records/bucket-layout';
import { isPinned } from '../domain/release/pinned-artifacts';
import type { RefusedRow, RowSink, SinkRow } from './row-sink';
import { sinkRows } from './sink-rows';

export interface DeliverPartProps {
  readonly batchName: string;
  readonly store: Pick<
    ArtifactStore,
    'readBytes' | 'readJson' | 'tryReadJson' | 'uriOf' | 'writeOnce' | 'writePinnedOnce'
  >;
  /** The sinks by their names; each loads its client when it is needed. */
  readonly sinks: ReadonlyMap<string, () => Promise<RowSink>>;
}

/**
 * Delivers the rows of one file of the output to a sink: each row is taken, or refused for good and kept
 * aside with the reason. A part that was delivered already is not delivered again; one that was interrupted
 * is, from its beginning, and its sink says what that means.
 *
 * @throws SinkUnavailableError if the sink cannot take rows now
 */
export async function deliverPart(
  { run, sink: name, part }: DeliverBatchRequest,
  { batchName, store, sinks }: DeliverPartProps,
): Promise<DeliveredPart> {
  const deliveryKey = batchDeliveryKey(batchName, run, name, part);
  const known = await store.tryReadJson(deliveryKey, batchDelivery);
  if (known) return summaryOf(known);
  const open = sinks.get(name);
  if (!open)
    throw new Error(`the batch ${batchName} has no sink ${name}, but ${[...sinks.keys()].join(', ')}`);
  const sink = await open();
  const manifest = await store.readJson(batchRunKey(batchName, run, 'manifest.json'), batchManifest);
  const rows = await readRows(manifest, part, store);
  const refused: RefusedRow[] = [];
  for (let from = 0; from < rows.length; from += sink.rowsPerCall) {
    const some = rows.slice(from, from + sink.rowsPerCall);
    refused.push(...(await sink.deliver(some, { batch: batchName, run, plannedAt: manifest.plannedAt })));
  }
  const refusedKey = batchRefusedKey(batchName, run, name, part);
  const delivery: BatchDelivery = {
    version: 1,
    sink: name,
    part,
    rows: rows.length - refused.length,
    refusedRows: refused.length,
    ...(refused.length > 0 && {
      refused: { key: refusedKey, ...(await store.writePinnedOnce(refusedKey, linesOf(refused))) },
    }),
  };
  // What makes the part count, after all that it names.
  await store.writeOnce(deliveryKey, JSON.stringify(delivery));
  return summaryOf(delivery);
}

async function readRows(
  { parts, format, run }: BatchManifest,
  part: number,
  store: DeliverPartProps['store'],
): Promise<SinkRow[]> {
  const file: BatchManifestPart | undefined = parts[part];
  if (!file) throw new Error(`the run ${run} has ${parts.length} parts, but not ${part}, counted from 0`);
  const bytes = await store.readBytes(file.key, file.versionId);
  if (!isPinned(bytes, file)) {
    throw new Error(
      `${store.uriOf(file.key)} does not have the SHA-256 ${file.sha256} of its manifest: it is not what the run has written; nothing of it was delivered`,
    );
  }
  return sinkRows(file.key.endsWith('.gz') ? gunzipSync(bytes) : bytes, format, part);
}

function linesOf(refused: readonly RefusedRow[]): string {
  return refused.map(({ row, reason }) => `${JSON.stringify({ ...row.fields, reason })}\n`).join('');
}

function summaryOf({ rows, refusedRows }: BatchDelivery): DeliveredPart {
  return { rows, refusedRows };
}
