import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { JudgeScoresSettings, ScoresJudgement } from '../../contracts/functions/gate';
import { claimNumber } from '../aws/claim-number';
import { readHoldout } from '../aws/holdout-rows';
import { requestSchema } from '../aws/request-schema';
import type { ArtifactStore } from '../aws/store';
import { judgedColumns } from '../domain/gate/gate-policy';
import { evaluate } from '../domain/gate/promotion-gate';
import { reportEvaluation } from '../domain/gate/report-evaluation';
import { evaluationPage } from '../domain/pages/evaluation/evaluation-page';
import { checkDocument } from '../domain/records/document';

export interface JudgeScoresProps extends JudgeScoresSettings {
  /** Name of the model in reports. */
  readonly modelName: string;
  readonly store: ArtifactStore;
}

/**
 * Compares the scores of challenger and champion for the same rows, and writes a report. The labels are known
 * by their content: each challenger that is judged on them has less of alpha. The same files again give the
 * same answer.
 *
 * @throws Error if a file cannot be read, or is in another bucket
 */
export async function judgeScores(
  event: unknown,
  { modelName, store, policy, judgedBy, prefix }: JudgeScoresProps,
): Promise<ScoresJudgement> {
  const { labels, challengerScores, championScores, columns, challenger, champion } = checkDocument(
    request,
    event,
    'request for a judgement',
  );
  const files = {
    labels: keyIn(store, labels),
    challengerScores: keyIn(store, challengerScores),
    ...(championScores && { championScores: keyIn(store, championScores) }),
    ...(columns && { columns: keyIn(store, columns) }),
  };
  const rows = await readHoldout(store, files, {
    ...judgedBy,
    ...judgedColumns(policy),
  });
  const holdout = checksum(rows.label).slice(0, 16);
  const folder = `${prefix}${holdout}/`;
  const claim = {
    version: 1 as const,
    challenger: checksum(rows.challenger),
    champion: rows.champion ? checksum(rows.champion) : null,
  };
  const evaluation = await claimNumber(store, `${folder}evaluations/`, claim, scoresClaim);
  const decision = evaluate({ rows, policy, evaluation });
  const report = reportEvaluation({
    identity: {
      pipeline: modelName,
      modelVersion: challenger,
      champion: rows.champion ? champion : null,
      dataVersion: holdout,
    },
    rows: rows.label.length,
    decision,
  });
  const key = `${folder}reports/${String(evaluation).padStart(6, '0')}`;
  await store.writeJson(`${key}.json`, report);
  await store.write(`${key}.html`, evaluationPage(report));
  const { verdict, metrics = null, deciding } = decision;
  return {
    verdict,
    reasons: deciding.map(({ message }) => message),
    metrics,
    evaluation,
    report: store.uriOf(`${key}.html`),
  };
}

/** Key of an object, of which a batch transform, or a training, tells the URI. */
function keyIn(store: ArtifactStore, file: string): string {
  const bucket = store.uriOf('');
  if (file.startsWith(bucket)) return file.slice(bucket.length);
  if (!file.startsWith('s3://')) return file;
  throw new Error(`${file} is not in the gate's bucket ${bucket}: write scores and labels there`);
}

function checksum({ buffer, byteOffset, byteLength }: Float64Array): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}

/** By the SHA-256 of the scores. */
const scoresClaim = z.object({
  version: z.literal(1),
  challenger: z.string(),
  champion: z.nullable(z.string()),
});

const file = z.string().check(z.minLength(1));

const request = requestSchema(
  'judge-scores',
  z.object({
    labels: file,
    challengerScores: file,
    championScores: z.nullish(z.string()),
    columns: z.nullish(z.string()),
    challenger: z.string().check(z.minLength(1)),
    champion: z.string().check(z.minLength(1)),
  }),
);
