import * as z from 'zod/mini';
import type { ArtifactStore } from '../aws/store';
import { evaluationClaimKey, evaluationsPrefix } from '../domain/records/bucket-layout';
import { modelVersionText } from '../domain/records/document';

export interface EvaluationClaim {
  readonly dataVersion: string;
  readonly modelVersion: string;
  /** Null if nothing is in production. */
  readonly champion: string | null;
}

/**
 * Which evaluation on the holdout of a data version this is, from 1. A second attempt gets the number of the
 * first, and no two get the same.
 */
export async function claimEvaluation(store: ArtifactStore, claim: EvaluationClaim): Promise<number> {
  const { dataVersion, modelVersion, champion } = claim;
  const isMine = async (key: string) => {
    const found = await store.readJson(key, claimed);
    return found.modelVersion === modelVersion && found.champion === champion;
  };
  let number = 0;
  for await (const { key } of store.list(evaluationsPrefix(dataVersion))) {
    number++;
    if (await isMine(key)) return number;
  }
  for (;;) {
    const key = evaluationClaimKey(dataVersion, ++number);
    if (await store.writeOnce(key, JSON.stringify({ version: 1, modelVersion, champion }))) return number;
    if (await isMine(key)) return number;
  }
}

export const claimed = z.object({
  version: z.literal(1),
  modelVersion: modelVersionText,
  champion: z.nullable(modelVersionText),
});
