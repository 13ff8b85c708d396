import * as z from 'zod/mini';
import type { ChallengerEvaluation } from '../../contracts/challenger-evaluation';
import type { GatePolicy } from '../../contracts/gate-policy';
import { claimNumber } from '../aws/claim-number';
import { type JudgedBy, readHoldout } from '../aws/holdout-rows';
import { requestSchema } from '../aws/request-schema';
import type { ArtifactStore } from '../aws/store';
import { holdoutWarning, parseSplit, type SplitDocument } from '../domain/data/split-document';
import { formatEvaluation } from '../domain/gate/evaluation';
import { evaluationClaim } from '../domain/gate/evaluation-claim';
import { judgedColumns } from '../domain/gate/gate-policy';
import { challengerBySlice } from '../domain/gate/measure-slices';
import { evaluate } from '../domain/gate/promotion-gate';
import type { FeatureNames } from '../domain/gate/rules/same-features';
import {
  evaluationKey,
  evaluationsPrefix,
  holdoutKey,
  modelKey,
  splitKey,
} from '../domain/records/bucket-layout';
import { checkDocument, modelVersionText } from '../domain/records/document';
import { parseModelPlan } from '../domain/release/model-plan';
import { writeEvaluationReport } from './write-evaluation-report';

export interface EvaluateProps {
  readonly pipelineName: string;
  readonly store: ArtifactStore;
  readonly policy: GatePolicy;
  readonly judgedBy: Pick<JudgedBy, 'weightColumn' | 'groupColumn'>;
}

/**
 * Compares the scores of challenger and champion for the same holdout, and keeps the comparison beside the
 * model.
 */
export async function evaluateChallenger(
  event: unknown,
  { pipelineName, store, policy, judgedBy }: EvaluateProps,
): Promise<ChallengerEvaluation> {
  const { modelVersion, champion, dataVersion, challengerScoresKey, championScoresKey } = checkDocument(
    request,
    event,
    'request for an evaluation',
  );
  if (!champion !== !championScoresKey) {
    // Without scores it would be judged as if nothing were in production.
    throw new Error(
      `champion and championScoresKey belong together, got ${champion?.modelVersion} and ${championScoresKey}`,
    );
  }
  const inProduction = champion?.modelVersion ?? null;
  const split = await readSplit(store, dataVersion);
  const files = {
    labels: holdoutKey(dataVersion, 'labels'),
    columns: holdoutKey(dataVersion, 'columns'),
    challengerScores: challengerScoresKey,
    ...(championScoresKey && { championScores: championScoresKey }),
  };
  const rows = await readHoldout(store, files, {
    ...judgedBy,
    ...judgedColumns(policy),
  });
  const decision = evaluate({
    rows,
    policy,
    evaluation: await claimNumber(
      store,
      evaluationsPrefix(dataVersion),
      { version: 1, modelVersion, champion: inProduction },
      evaluationClaim,
    ),
    ...(inProduction !== null && { features: await featureNames(store, split, inProduction) }),
    bytes: {
      challenger: await archiveBytes(store, modelVersion),
      ...(inProduction !== null && { champion: await archiveBytes(store, inProduction) }),
    },
  });
  const { verdict, metrics = null, reasons, deciding, evidence } = decision;
  const slices = evidence ? challengerBySlice(evidence) : [];
  const keptAt = evaluationKey(modelVersion, inProduction, 'evaluation.json');
  const text = formatEvaluation({
    version: 1,
    modelVersion,
    champion: inProduction,
    dataVersion,
    rows: rows.label.length,
    verdict,
    metrics,
    ...(slices.length > 0 && { slices }),
    reasons: reasons.map((reason) => ({ ...reason, numbers: { ...reason.numbers } })),
  });
  await store.write(keptAt, text);
  await store.write(modelKey(modelVersion, 'evaluation.json'), text);
  const report = await writeEvaluationReport(store, {
    identity: { pipeline: pipelineName, modelVersion, champion: inProduction, dataVersion },
    rows: rows.label.length,
    warning: split && holdoutWarning(split),
    decision,
  });
  return {
    verdict,
    reasons: deciding.map(({ message }) => message),
    metrics,
    evaluationKey: keptAt,
    report,
  };
}

async function readSplit(store: ArtifactStore, dataVersion: string): Promise<SplitDocument | undefined> {
  const text = await store.tryReadText(splitKey(dataVersion));
  return text === undefined ? undefined : parseSplit(text);
}

/** What the champion was trained with and what the holdout has; undefined if either is not recorded. */
async function featureNames(
  store: ArtifactStore,
  split: SplitDocument | undefined,
  champion: string,
): Promise<FeatureNames | undefined> {
  const plan = await store.tryReadText(modelKey(champion, 'plan.json'));
  if (plan === undefined || split === undefined) return undefined;
  return { champion: parseModelPlan(plan).columns, holdout: split.columns };
}

async function archiveBytes(store: ArtifactStore, modelVersion: string): Promise<number | undefined> {
  for await (const { bytes } of store.list(modelKey(modelVersion, 'model.tar.gz'))) return bytes;
  return undefined;
}

const key = z.string().check(z.minLength(1));

const request = requestSchema(
  'evaluate-challenger',
  z.object({
    modelVersion: modelVersionText,
    dataVersion: z.string().check(z.minLength(1)),
    challengerScoresKey: key,
    championScoresKey: z.nullish(key),
    champion: z.nullish(z.object({ modelVersion: modelVersionText })),
  }),
);
