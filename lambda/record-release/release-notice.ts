import type { Notice } from '../aws/notifier';
import type { ReleaseRecord } from './release-record';

/**
 * What people and other systems are told of the end of a release.
 *
 * @param undone what could not be done besides, each in a sentence
 */
export function releaseNotice(
  { kind, plan, reason, reasons, execution, releaseExecution, report, time }: ReleaseRecord,
  pipeline: string,
  sequence: number,
  undone: readonly string[] = [],
): Notice {
  const { modelVersion, champion } = plan;
  const detail = {
    releaseId: plan.releaseId,
    modelVersion,
    champion: champion?.modelVersion ?? null,
    modelPackageArn: plan.modelPackageArn,
    reason,
    reasons,
    execution,
    ledgerSequence: sequence,
    report: report || null,
  };
  const where = [
    ...undone,
    `Workflow: ${execution}`,
    `Ledger entry: ${sequence}`,
    ...(report ? [`Report: ${report}`] : []),
  ];
  if (kind === 'release') {
    const instead = champion ? `, in the place of ${champion.modelVersion}` : ', the first version';
    return {
      subject: `${pipeline}: version ${modelVersion} was released`,
      text: [
        `Version ${modelVersion} of ${pipeline} is in production${instead}.`,
        `Why: ${[reason, ...reasons].join('; ')}`,
        'What to do: nothing. To go back: model-pipeline rollback',
        ...where,
      ].join('\n'),
      event: { type: 'Promoted', detail },
      time: new Date(time),
      about: releaseExecution,
    };
  }
  const serving = champion ? `Version ${champion.modelVersion} serves on` : 'Nothing is in production';
  return {
    subject: `${pipeline}: version ${modelVersion} was rolled back`,
    text: [
      `The release of version ${modelVersion} of ${pipeline} was rolled back. ${serving}.`,
      `Why: ${reasons.join('; ')}`,
      `What to do: look into the workflow's states; to try again: model-pipeline release ${modelVersion}`,
      ...where,
    ].join('\n'),
    event: { type: 'RolledBack', detail },
    time: new Date(time),
    about: releaseExecution,
  };
}
