import { PutObjectCommand } from '@aws-sdk/client-s3';
import { parseCapture } from '../../lambda/domain/capture';
import { type DeployedPipeline, PIPELINE } from './deployed-pipeline';

/** Whether a customer would have left, if nothing but the features decided. */
export function wouldLeave([complaints = 0, price = 0]: readonly number[]): 0 | 1 {
  return 1.5 * complaints + 2.5 * price > 0 ? 1 : 0;
}

/** Sends a label for each row of everything that has been recorded, in the hour in which it was; again for what has one. */
export async function sendLabels(
  pipeline: DeployedPipeline,
  labelOf: (row: readonly number[]) => 0 | 1,
): Promise<void> {
  const prefix = `capture/${PIPELINE}/`;
  for (const key of await pipeline.keys(prefix)) {
    const [variant, ...path] = key.slice(prefix.length).split('/');
    const lines = parseCapture(await pipeline.read(key)).requests.map(({ eventId, rows }) =>
      JSON.stringify({
        groundTruthData: { data: rows.map((row) => labelOf(row.map(Number))).join(','), encoding: 'CSV' },
        eventMetadata: { eventId },
        eventVersion: '0',
      }),
    );
    const file = path.pop();
    await pipeline.s3.send(
      new PutObjectCommand({
        Bucket: pipeline.resources.bucket,
        Key: `ground-truth/${path.join('/')}/${variant}-${file}`,
        Body: lines.join('\n'),
      }),
    );
  }
}
