import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { LedgerStore } from '../aws/ledger-store';
import type { RoutingStore } from '../aws/routing-store';
import type { CandidateRoute, ProductionRoute, RoutingDocument } from '../domain/routing';
import { parseRollbackRequest } from './rollback-request';

export interface RollbackProps {
  readonly routing: RoutingStore;
  readonly ledger: LedgerStore;
  readonly stepFunctions: SFNClient;
  readonly settings: RollbackSettings;
  /** Records that there is nothing to go back to. */
  readonly recordRefusal: (error: Error) => Promise<unknown>;
}

export interface RollbackSettings {
  readonly releaseStateMachineArn: string;
  readonly restoreStateMachineArn: string;
  /** Alarms that watch one variant: they concern a release only if its challenger is there. */
  readonly variantAlarms: readonly { readonly alarmName: string; readonly variant: string }[];
}

/** What is being done. */
export type Rollback =
  /** The release under way ends, and the champion gets its traffic back. */
  | {
      readonly action: 'undo';
      readonly releaseId: string;
      readonly modelVersion: string;
      readonly reason: string;
    }
  /** A version that was in production before is released again. */
  | {
      readonly action: 'release';
      readonly executionArn: string;
      readonly modelVersion: string;
      readonly reason: string;
    }
  | { readonly action: 'none'; readonly reason: string };

/** There is no version to go back to. */
export class NothingToRollBackError extends Error {
  override readonly name = 'NothingToRollBack';
}

/**
 * Goes back. While a release is under way it is undone, which takes one weight update, unless a person names another version than
 * its champion. Otherwise a person gets the version that was in production before, or the one that they name, released again; an
 * alarm does nothing then.
 *
 * @throws NothingToRollBackError
 */
export async function rollBack(event: unknown, props: RollbackProps): Promise<Rollback> {
  const request = parseRollbackRequest(event);
  const live = await props.routing.read();
  const { candidate, production } = live;
  if (request.by === 'alarm') {
    const watched = props.settings.variantAlarms.find(({ alarmName }) => alarmName === request.alarmName);
    if (!candidate) return { action: 'none', reason: 'no release is under way' };
    if (watched && watched.variant !== candidate.variant) {
      return { action: 'none', reason: `the challenger is not in the variant ${watched.variant}` };
    }
    // Then it was the smoke test's requests that failed, or the way back has begun: the workflow knows the better reason.
    const isAsked = candidate.weight > 0 || live.shadow !== undefined;
    if (watched && !isAsked && (await executionOf(candidate, props)).status === 'RUNNING') {
      return { action: 'none', reason: 'the challenger has no traffic' };
    }
    return undo(candidate, request.reason, props);
  }
  const isBack = request.to === undefined || request.to === production?.modelVersion;
  if (candidate && isBack) return undo(candidate, request.reason, props);
  const modelVersion = request.to ?? (await versionBefore(live, props));
  const { executionArn = '' } = await props.stepFunctions.send(
    new StartExecutionCommand({
      stateMachineArn: props.settings.releaseStateMachineArn,
      input: JSON.stringify({ modelVersion, reason: request.reason }),
    }),
  );
  return { action: 'release', executionArn, modelVersion, reason: request.reason };
}

/** Stops a release: the end of its execution starts what gives the champion its traffic back. */
async function undo(candidate: CandidateRoute, reason: string, props: RollbackProps): Promise<Rollback> {
  const { releaseId, modelVersion } = candidate;
  const { stepFunctions } = props;
  const { restoreStateMachineArn } = props.settings;
  const { executionArn, status } = await executionOf(candidate, props);
  if (status === 'RUNNING') {
    await stepFunctions.send(new StopExecutionCommand({ executionArn, error: 'RolledBack', cause: reason }));
  } else if (!(await isRunning(restoreStateMachineArn, stepFunctions))) {
    // It has ended, and what undoes it has failed: once more.
    await stepFunctions.send(
      new StartExecutionCommand({
        stateMachineArn: restoreStateMachineArn,
        input: JSON.stringify({ detail: { executionArn, name: releaseId, status, cause: reason } }),
      }),
    );
  }
  return { action: 'undo', releaseId, modelVersion, reason };
}

async function executionOf({ releaseId }: CandidateRoute, { stepFunctions, settings }: RollbackProps) {
  const { releaseStateMachineArn } = settings;
  const executionArn = `${releaseStateMachineArn.replace(':stateMachine:', ':execution:')}:${releaseId}`;
  return stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
}

async function isRunning(stateMachineArn: string, stepFunctions: SFNClient): Promise<boolean> {
  const { executions = [] } = await stepFunctions.send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 1 }),
  );
  return executions.length > 0;
}

async function versionBefore({ production }: RoutingDocument, { ledger, recordRefusal }: RollbackProps) {
  const before = production && (await championBefore(production, ledger));
  if (before) return before;
  const error = new NothingToRollBackError(
    production
      ? `${production.modelVersion} is the first version in production; name another one to go back to ("to", or --to of the CLI)`
      : 'nothing is in production, so there is nothing to roll back',
  );
  await recordRefusal(error);
  throw error;
}

/** The version that the one in production took over from, however often it has been released again since, with other settings. */
async function championBefore({ modelVersion }: ProductionRoute, ledger: LedgerStore) {
  const takeover = (await ledger.readAll()).findLast(
    (entry) =>
      entry.kind === 'release' && entry.modelVersion === modelVersion && entry.champion !== modelVersion,
  );
  return takeover?.champion;
}
