import * as z from 'zod/mini';
import type { RecordedEntry } from '../../contracts/functions/release';
import type { ChallengerWorkflow } from '../../contracts/functions/retraining';
import type { LedgerStore } from '../aws/ledger-store';
import type { Notice, Notifier } from '../aws/notifier';
import { requestSchema } from '../aws/request-schema';
import type { RoutingStore } from '../aws/routing-store';
import { versionInProduction } from '../aws/version-in-production';
import { checkDocument, modelVersionText } from '../domain/records/document';
import { errorReason } from '../domain/records/error-reason';

export interface RecordOutcomeProps {
  readonly pipelineName: string;
  readonly ledger: LedgerStore;
  readonly routing: RoutingStore;
  readonly notifier: Notifier;
  readonly now: () => Date;
}

/**
 * Records how a retraining ended without a release, or a registration: in the ledger, then notifies people
 * and other systems, unless a version was registered, of which SageMaker's own event tells.
 */
export async function recordOutcome(
  event: unknown,
  { pipelineName, ledger, routing, notifier, now }: RecordOutcomeProps,
): Promise<RecordedEntry> {
  const {
    workflow,
    outcome,
    error,
    reasons,
    champion,
    modelVersion,
    dataVersion,
    modelPackageArn,
    verdict,
    report,
    execution,
  } = checkDocument(request, event, 'outcome of a workflow that makes versions');
  const time = now();
  const known = {
    ...(modelVersion && { modelVersion }),
    ...(dataVersion && { dataVersion }),
    ...(modelPackageArn && { modelPackageArn }),
    ...(verdict && { verdict }),
    ...(report && { report }),
  };
  const serving = champion ?? (await versionInProduction(routing));
  const entry = await ledger.append({
    time: time.toISOString(),
    kind: KIND_OF[outcome],
    pipeline: pipelineName,
    ...known,
    ...(serving && { champion: serving }),
    reasons: [...reasons, ...(error?.Error ? [errorReason(error)] : [])],
    execution,
  });
  if (outcome === 'registration') return { sequence: entry.sequence };
  const record: Outcome = {
    ...known,
    workflow,
    outcome,
    pipelineName,
    serving,
    reasons: entry.reasons,
    execution,
    sequence: entry.sequence,
    time: new Date(entry.time),
    isBadData: outcome === 'failure' && !error?.Error,
  };
  await notifier.tell(noticeOf(record));
  return { sequence: entry.sequence };
}

/** What the ledger calls it. */
const KIND_OF = {
  registration: 'registration',
  /** By the gate. */
  rejection: 'rejection',
  'rejection-by-person': 'rejection',
  /** Nobody said whether it is to be released. */
  expiry: 'expiry',
  failure: 'failure',
} as const;

interface Outcome {
  readonly workflow: ChallengerWorkflow;
  readonly outcome: Exclude<keyof typeof KIND_OF, 'registration'>;
  readonly pipelineName: string;
  readonly modelVersion?: string;
  readonly dataVersion?: string;
  readonly modelPackageArn?: string;
  readonly verdict?: string;
  /** `s3://` URI of a page that tells more. */
  readonly report?: string;
  /** The version in production. */
  readonly serving: string | undefined;
  readonly reasons: readonly string[];
  readonly execution: string;
  readonly sequence: number;
  readonly time: Date;
  /** Whether the data were refused, rather than something broke. */
  readonly isBadData: boolean;
}

function noticeOf(record: Outcome): Notice {
  const { serving, reasons, execution, sequence, report, time } = record;
  const { type, subject, what, todo } = wordsFor(record);
  return {
    subject,
    text: [
      `${what} ${serving ? `Version ${serving} keeps serving.` : 'Nothing is known to be in production.'}`,
      `Why: ${reasons.join('; ') || 'no reason was given'}`,
      `What to do: ${todo}`,
      `Workflow: ${execution}`,
      `Ledger entry: ${sequence}`,
      ...(report ? [`Report: ${report}`] : []),
    ].join('\n'),
    event: {
      type,
      detail: {
        modelVersion: record.modelVersion ?? null,
        champion: serving ?? null,
        dataVersion: record.dataVersion ?? null,
        modelPackageArn: record.modelPackageArn ?? null,
        reasons: [...reasons],
        execution,
        ledgerSequence: sequence,
        report: report ?? null,
      },
    },
    time,
    about: execution,
  };
}

function wordsFor(record: Outcome) {
  const { outcome, pipelineName: name, modelVersion, dataVersion, isBadData } = record;
  const { again, withMoreData } = TO_TRY_AGAIN[record.workflow];
  if (outcome === 'rejection') {
    return {
      type: 'ChallengerRefused' as const,
      subject: `${name}: version ${modelVersion} was refused`,
      what: `The challenger ${modelVersion} of ${name} was refused.`,
      todo: `nothing is required; see models/${modelVersion}/model-card.md. ${again}`,
    };
  }
  if (outcome === 'rejection-by-person') {
    return {
      type: 'ChallengerRejected' as const,
      subject: `${name}: version ${modelVersion} was rejected by a person`,
      what: `The data do not show whether the challenger ${modelVersion} of ${name} is better, and a person rejected it.`,
      todo: `nothing is required. ${withMoreData}`,
    };
  }
  if (outcome === 'expiry') {
    return {
      type: 'ApprovalExpired' as const,
      subject: `${name}: nobody decided on version ${modelVersion}`,
      what: `The challenger ${modelVersion} of ${name} waited for a person until its timeout. It is neither approved nor rejected.`,
      todo: `to release it anyway, set its package in the registry to Approved, then: model-pipeline release ${modelVersion}. ${withMoreData}`,
    };
  }
  if (isBadData) {
    return {
      type: 'DataRefused' as const,
      subject: `${name}: training data were refused`,
      what: `The data version ${dataVersion} of ${name} is not fit for training.`,
      todo: 'correct the files below training-data/, then: model-pipeline retrain',
    };
  }
  if (record.workflow === 'registration') {
    return {
      type: 'RegistrationFailed' as const,
      subject: `${name}: a registration failed`,
      what: `The registration of version ${modelVersion} of ${name} failed.`,
      todo: 'check the states of the workflow and model-pipeline logs, correct the cause, then: model-pipeline register',
    };
  }
  return {
    type: 'RetrainingFailed' as const,
    subject: `${name}: a retraining failed`,
    what: `The retraining of ${name}${modelVersion ? ` to version ${modelVersion}` : ''} failed.`,
    todo: 'check the states of the workflow and model-pipeline logs, correct the cause, then: model-pipeline retrain',
  };
}

const TO_TRY_AGAIN: Readonly<
  Record<ChallengerWorkflow, { readonly again: string; readonly withMoreData: string }>
> = {
  retraining: {
    again: 'To try again with other data or hyperparameters: model-pipeline retrain',
    withMoreData: 'To try again with more data: model-pipeline retrain',
  },
  registration: {
    again: 'To try again with another model: model-pipeline register',
    withMoreData: 'To try again with a larger holdout: model-pipeline register',
  },
};

const optionalText = z.nullish(z.string());

const request = requestSchema(
  'record-outcome',
  z.object({
    workflow: z.enum(['retraining', 'registration']),
    outcome: z.enum(['registration', 'rejection', 'rejection-by-person', 'expiry', 'failure']),
    modelVersion: z.nullish(modelVersionText),
    champion: z.nullish(modelVersionText),
    dataVersion: optionalText,
    verdict: optionalText,
    report: optionalText,
    reasons: z.array(z.string()),
    execution: z.string().check(z.minLength(1)),
    modelPackageArn: optionalText,
    error: z.nullish(z.object({ Error: optionalText, Cause: optionalText })),
  }),
);
