import type { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import * as z from 'zod/mini';
import type { ArtifactStore } from '../aws/store';
import { samplesKey } from '../domain/bucket-layout';
import { numberOf } from '../domain/cell';
import { checkDocument } from '../domain/document';
import { askVariant, type SmokeTestResult } from './ask-variant';

export interface SmokeTestProps {
  readonly store: ArtifactStore;
  readonly runtime: SageMakerRuntimeClient;
  readonly now: () => Date;
}

/** Asks the variant of an event with the first rows of its version's holdout, and compares with its evaluation. */
export async function smokeTest(
  event: unknown,
  { store, runtime, now }: SmokeTestProps,
): Promise<SmokeTestResult> {
  const { endpointName, variant, modelVersion, dataVersion } = checkDocument(
    smokeTestRequest,
    event,
    'request for a smoke test',
  );
  const [samples, scores] = await Promise.all([
    store.readText(samplesKey(dataVersion)),
    store.tryReadText(`datasets/${dataVersion}/scores/${modelVersion}/features.csv.out`),
  ]);
  const rows = linesOf(samples);
  return askVariant({
    runtime,
    endpointName,
    variant,
    samples: rows,
    // The samples are the first rows of the holdout, and a line of scores answers each.
    expected: linesOf(scores ?? '')
      .slice(0, rows.length)
      .map((line) => line.split(',').map(numberOf)),
    now,
  });
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

const smokeTestRequest = z.object({
  endpointName: z.string(),
  variant: z.string(),
  modelVersion: z.string(),
  dataVersion: z.string(),
});
