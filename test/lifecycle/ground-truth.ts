import { PutObjectCommand } from '@aws-sdk/client-s3';
import { parseCapture } from '../../lambda/domain/traffic/capture';
import { requestId } from '../../lambda/domain/traffic/ground-truth';
import { PIPELINE } from './customers-stack';
import type { DeployedPipeline } from './deployed-pipeline';

/** Whether a customer would have left, if nothing but the features decided. */
export function wouldLeave([complaints = 0, price = 0]: readonly number[]): 0 | 1 {
  return 1.5 * complaints + 2.5 * price > 0 ? 1 : 0;
}

/** What was true of a row, to which a variant answered with a prediction. */
export type LabelOf = (row: readonly number[], variant: string, prediction: number | undefined) => 0 | 1;

/** That the challenger of the release in progress is always wrong, and the champion as often as it is. */
export async function againstChallenger(pipeline: DeployedPipeline): Promise<LabelOf> {
  const { candidate } = await pipeline.routing();
  return (row, variant, prediction = 0) =>
    variant === candidate?.variant ? (prediction >= 0.5 ? 0 : 1) : wouldLeave(row);
}

/**
 * Sends a label for each row of everything that has been recorded, in the hour in which it was; again for
 * what has one.
 *
 * @param done files that get none, and then those that did
 */
export async function sendLabels(
  pipeline: DeployedPipeline,
  labelOf: LabelOf,
  done = new Set<string>(),
): Promise<void> {
  const prefix = `capture/${PIPELINE}/`;
  const send = async (key: string) => {
    done.add(key);
    const [variant = '', ...path] = key.slice(prefix.length).split('/');
    const lines = parseCapture(await pipeline.read(key)).requests.map((request) =>
      JSON.stringify({
        groundTruthData: {
          data: request.rows
            .map((row, index) => labelOf(row.map(Number), variant, request.predictions?.[index]))
            .join(','),
          encoding: 'CSV',
        },
        eventMetadata: { eventId: requestId(request) },
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
  };
  const keys = await pipeline.keys(prefix);
  await Promise.all(keys.filter((key) => !done.has(key)).map(send));
}
