import type { Notice } from '../aws/notifier';
import type { PromotionRecord, ReleaseRecord, RollbackRecord } from './release-record';

/**
 * The notification of a version that was released.
 *
 * @param undone what could not be done besides, each in a sentence
 */
export function promotionNotice(
  record: PromotionRecord,
  pipeline: string,
  sequence: number,
  undone: readonly string[],
): Notice {
  const { modelVersion, champion, modelPackageArn } = record.plan;
  const instead = champion ? `, replacing ${champion.modelVersion}` : ', the first version';
  const detail = { ...detailOf(record), modelPackageArn, ledgerSequence: sequence };
  return {
    subject: `${pipeline}: version ${modelVersion} was released`,
    text: [
      `Version ${modelVersion} of ${pipeline} is in production${instead}.`,
      `Why: ${[record.reason, ...record.reasons].join('; ')}`,
      'What to do: nothing. To roll back: model-pipeline rollback',
      ...whereOf(record, sequence, undone),
    ].join('\n'),
    event: { type: 'Promoted', detail },
    time: new Date(record.time),
    about: record.releaseExecution,
  };
}

/**
 * The notification of a release that was rolled back.
 *
 * @param sequence null if the ledger could not be written
 * @param undone what could not be done besides, each in a sentence
 */
export function rollbackNotice(
  record: RollbackRecord,
  pipeline: string,
  sequence: number | null,
  undone: readonly string[],
): Notice {
  const { modelVersion, champion, modelPackageArn } = record.plan;
  const serving = champion ? `Version ${champion.modelVersion} keeps serving` : 'Nothing is in production';
  const detail = { ...detailOf(record), modelPackageArn, ledgerSequence: sequence };
  return {
    subject: `${pipeline}: version ${modelVersion} was rolled back`,
    text: [
      `The release of version ${modelVersion} of ${pipeline} was rolled back. ${serving}.`,
      `Why: ${record.reasons.join('; ')}`,
      `What to do: check the workflow's states; to try again: model-pipeline release ${modelVersion}`,
      ...whereOf(record, sequence, undone),
    ].join('\n'),
    event: { type: 'RolledBack', detail },
    time: new Date(record.time),
    about: record.releaseExecution,
  };
}

function detailOf({ plan, reason, reasons, execution, report }: ReleaseRecord) {
  return {
    releaseId: plan.releaseId,
    modelVersion: plan.modelVersion,
    champion: plan.champion?.modelVersion ?? null,
    reason,
    reasons,
    execution,
    report: report || null,
  };
}

function whereOf(
  { execution, report }: ReleaseRecord,
  sequence: number | null,
  undone: readonly string[],
): string[] {
  return [
    ...undone,
    `Workflow: ${execution}`,
    ...(sequence === null ? [] : [`Ledger entry: ${sequence}`]),
    ...(report ? [`Report: ${report}`] : []),
  ];
}
