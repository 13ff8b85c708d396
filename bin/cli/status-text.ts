import { inPercent } from '../../lambda/domain/pages/units';
import type { RetrainingRequest } from '../../lambda/domain/records/retraining-queue';
import type { RoutingDocument } from '../../lambda/domain/release/routing';
import { type DriftStatusReport, driftStatusText } from './drift-status';
import type { OpenQuestion } from './open-questions';
import { colored, minute, table } from './output';

/** One serving variant. */
export interface VariantStatus {
  readonly variant: string;
  readonly weight: number;
  readonly isShadow: boolean;
  readonly modelVersion?: string;
}

/** The version in production, waiting decisions, and problems. */
export interface PipelineStatus extends Pick<RoutingDocument, 'production' | 'candidate' | 'shadow'> {
  readonly pipeline: string;
  readonly waitsForPerson: readonly OpenQuestion[];
  /** Undefined where a function serves alone. */
  readonly endpoint?: {
    readonly name: string;
    readonly status: string;
    /** Why its requests are not monitored; undefined if they are. */
    readonly recordingProblem?: string;
    readonly variants: readonly VariantStatus[];
  };
  /** Undefined if no function serves. */
  readonly function?: { readonly name: string; readonly variants: readonly VariantStatus[] };
  readonly alarms: readonly {
    readonly name?: string;
    readonly description?: string;
    readonly state?: string;
    readonly reason?: string;
  }[];
  /** Names of executions. */
  readonly running: { readonly retraining: readonly string[]; readonly releases: readonly string[] };
  /** Undefined if the model is trained elsewhere. */
  readonly retrainings?: {
    readonly startedInSevenDays: number;
    readonly maximumPerWeek?: number;
    /** When cool-down and budget let the next one start, ISO 8601 in UTC; absent if they do now. */
    readonly nextMayStart?: string;
    /** What has asked for a retraining and is kept for the next one. */
    readonly waiting: readonly RetrainingRequest[];
  };
  /** Undefined if the version in production has no report yet. */
  readonly drift?: DriftStatusReport;
  /** What is wrong with the newest entries of the ledger. */
  readonly ledgerProblems: readonly string[];
}

/** A status for the terminal. */
export function statusText(status: PipelineStatus, bucket: string): string {
  return [
    [serving(status, bucket), candidateLine(status), endpointLine(status), functionLine(status)]
      .filter(Boolean)
      .join('\n'),
    variantTable(status),
    table(
      ['alarm', 'state'],
      status.alarms.map(({ description, state }) => [description ?? '', colored(state ?? '')]),
    ),
    status.drift && driftStatusText(status.drift),
    ...status.running.retraining.map((name) => `retraining ${name} is running`),
    ...status.running.releases.map((name) => `release ${name} is running`),
    ...status.waitsForPerson.map(questionLine),
    retrainingLines(status),
    ...status.ledgerProblems.map((problem) => `ledger: ${problem}`),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function serving({ pipeline, production, retrainings }: PipelineStatus, bucket: string): string {
  if (production)
    return `${pipeline} serves version ${production.modelVersion} (${production.variant}) since ${minute(production.since)} UTC`;
  return retrainings === undefined
    ? `${pipeline} serves nothing yet; register a version and release it: model-pipeline register model.tar.gz --sample rows.csv --release`
    : `${pipeline} serves nothing yet; upload labeled data to s3://${bucket}/training-data/, then: model-pipeline retrain`;
}

function candidateLine({ candidate, shadow }: PipelineStatus): string | undefined {
  if (!candidate) return undefined;
  const { modelVersion, variant, since, trafficShare } = candidate;
  const gets = shadow
    ? 'it receives copies of requests, as a shadow'
    : `${inPercent(trafficShare)} of the traffic`;
  return `version ${modelVersion} (${variant}) is being released since ${minute(since)} UTC: ${gets}`;
}

function endpointLine({ endpoint }: PipelineStatus): string | undefined {
  if (!endpoint) return undefined;
  const { name, status, recordingProblem } = endpoint;
  return `endpoint ${name}: ${colored(status)}${recordingProblem === undefined ? '' : `; ${recordingProblem}`}`;
}

function functionLine(status: PipelineStatus): string | undefined {
  return status.function && `function ${status.function.name}`;
}

function variantTable(status: PipelineStatus): string | undefined {
  const { variants = [] } = status.endpoint ?? status.function ?? {};
  if (variants.length === 0) return undefined;
  return table(
    ['variant', 'version', 'weight'],
    variants.map(({ variant, modelVersion, weight, isShadow }) => [
      variant,
      modelVersion ?? '?',
      isShadow ? 'shadow' : String(weight),
    ]),
  );
}

function questionLine({ about, modelVersion, since }: OpenQuestion): string {
  const why =
    about === 'release'
      ? ''
      : `, because the data do not show whether it is better (model-pipeline evaluation ${modelVersion})`;
  return `version ${modelVersion} waits for a person since ${minute(since)} UTC${why}: model-pipeline approve ${modelVersion}, or model-pipeline reject ${modelVersion}`;
}

function retrainingLines({ retrainings }: PipelineStatus): string | undefined {
  if (!retrainings) return undefined;
  const { startedInSevenDays: started, maximumPerWeek, nextMayStart, waiting } = retrainings;
  if (started === 0 && waiting.length === 0 && maximumPerWeek === undefined) return undefined;
  const budget = maximumPerWeek === undefined ? '' : ` of ${maximumPerWeek}`;
  const next = nextMayStart === undefined ? '' : `; the next may start at ${minute(nextMayStart)} UTC`;
  return [
    `retrainings in the last 7 days: ${started}${budget}${next}`,
    ...(waiting.length === 0
      ? []
      : [
          table(
            ['waits since (UTC)', 'trigger', 'why'],
            waiting.map(({ time, trigger, reason }) => [minute(time), trigger, reason]),
          ),
        ]),
  ].join('\n');
}
