import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  ListExecutionsCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { RollBackSettings } from '../../contracts/functions/release';
import type { LedgerStore } from '../aws/ledger-store';
import { logger } from '../aws/logger';
import type { RoutingRecovery } from '../aws/routing-recovery';
import type { RoutingStore } from '../aws/routing-store';
import type { CandidateRoute, RoutingDocument } from '../domain/release/routing';
import { SHADOW_VARIANT } from '../domain/release/shadow-variant';
import { parseRollbackRequest } from './rollback-request';
import { versionBefore } from './version-before';

export interface RollbackProps {
  readonly routing: Pick<RoutingStore, 'read'>;
  readonly recovery: Pick<RoutingRecovery, 'read'>;
  readonly ledger: LedgerStore;
  readonly stepFunctions: SFNClient;
  readonly settings: Omit<RollBackSettings, 'hasEndpoint'>;
  /** Records why a rollback is impossible, and notifies people. */
  readonly recordRefusal: (error: Error) => Promise<unknown>;
}

/** What is being done. */
export type Rollback =
  /** The release in progress ends, and the champion gets its traffic back. */
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
      /** Why, and what of the ledger could not be read. */
      readonly reason: string;
    }
  | { readonly action: 'none'; readonly reason: string };

/** There is no version to roll back to. */
export class NothingToRollBackError extends Error {
  override readonly name = 'NothingToRollBack';
}

/** The serving version is unknown. */
export class RoutingUnreadableError extends Error {
  override readonly name = 'RoutingUnreadable';
}

/**
 * Rolls back. A release in progress is rolled back, which takes one weight update, unless a person names
 * another version than its champion. Otherwise a person gets the version that was in production before, or
 * the one that they name, released again; an alarm does nothing then.
 *
 * To undo a release, only its execution and the routing document are needed, or what that can be rebuilt
 * from.
 *
 * @throws NothingToRollBackError, RoutingUnreadableError
 */
export async function rollBack(event: unknown, props: RollbackProps): Promise<Rollback> {
  const request = parseRollbackRequest(event);
  const live = await readRouting(props);
  const { candidate, production } = live;
  if (request.by === 'alarm') {
    const watched = props.settings.variantAlarms.find(({ alarmName }) => alarmName === request.alarmName);
    if (!candidate) return { action: 'none', reason: 'no release is in progress' };
    const variant = live.shadow ? SHADOW_VARIANT : candidate.variant;
    if (watched && watched.variant !== variant) {
      return { action: 'none', reason: `the challenger is not in the variant ${watched.variant}` };
    }
    // Then it was the smoke test's requests that failed, or the way back has begun: the workflow knows the
    // better reason.
    const isAsked = candidate.trafficShare > 0 || live.shadow !== undefined;
    if (watched && !isAsked && (await isReleaseRunning(candidate, props))) {
      return { action: 'none', reason: 'the challenger has no traffic' };
    }
    return undo(candidate, request.reason, props);
  }
  const isBack = request.to === undefined || request.to === production?.modelVersion;
  if (candidate && isBack) return undo(candidate, request.reason, props);
  const { modelVersion, problems } =
    request.to === undefined
      ? await previousVersion(live, props)
      : { modelVersion: request.to, problems: [] };
  // The ledger's next entry and its notification have it as their reason.
  const reason = [request.reason, ...inShort(problems)].join('; ');
  const { executionArn = '' } = await props.stepFunctions.send(
    new StartExecutionCommand({
      stateMachineArn: props.settings.releaseStateMachineArn,
      input: JSON.stringify({ modelVersion, reason }),
    }),
  );
  return { action: 'release', executionArn, modelVersion, reason };
}

async function readRouting({ routing, recovery, recordRefusal }: RollbackProps): Promise<RoutingDocument> {
  try {
    return await routing.read();
  } catch (error) {
    logger.error('the routing document could not be read', error as Error);
  }
  try {
    return (await recovery.read()).document;
  } catch (cause) {
    const error = new RoutingUnreadableError(
      `the version in production is unknown, so nothing can be rolled back: ${(cause as Error).message}`,
      { cause },
    );
    await recordRefusal(error);
    throw error;
  }
}

/** Stops a release: the end of its execution starts what gives the champion its traffic back. */
async function undo(candidate: CandidateRoute, reason: string, props: RollbackProps): Promise<Rollback> {
  const { releaseId, modelVersion } = candidate;
  const { stepFunctions } = props;
  const { restoreStateMachineArn } = props.settings;
  const executionArn = executionOf(candidate, props);
  const status = await statusOf(executionArn, stepFunctions);
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

function executionOf({ releaseId }: CandidateRoute, { settings }: RollbackProps): string {
  return `${settings.releaseStateMachineArn.replace(':stateMachine:', ':execution:')}:${releaseId}`;
}

async function isReleaseRunning(candidate: CandidateRoute, props: RollbackProps): Promise<boolean> {
  return (await statusOf(executionOf(candidate, props), props.stepFunctions)) === 'RUNNING';
}

/**
 * An execution's status. Step Functions forgets those that ended 90 days ago, and those of a state machine
 * that was deleted: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
async function statusOf(executionArn: string, stepFunctions: SFNClient): Promise<string> {
  try {
    const { status } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    return status ?? 'FORGOTTEN';
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return 'FORGOTTEN';
    throw error;
  }
}

/** If this cannot be found out, it is started once more: the champion's traffic comes first. */
async function isRunning(stateMachineArn: string, stepFunctions: SFNClient): Promise<boolean> {
  try {
    const { executions = [] } = await stepFunctions.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 1 }),
    );
    return executions.length > 0;
  } catch (error) {
    logger.error('the executions of the restore workflow could not be listed', error as Error);
    return false;
  }
}

async function previousVersion(
  { production }: RoutingDocument,
  { ledger, recordRefusal }: RollbackProps,
): Promise<{ modelVersion: string; problems: readonly string[] }> {
  const { modelVersion, problems } = production
    ? await versionBefore(production, ledger).catch(withoutLedger)
    : { modelVersion: undefined, problems: [] };
  if (modelVersion !== undefined) return { modelVersion, problems };
  const first = `${production?.modelVersion} is the first version in production`;
  const error = new NothingToRollBackError(
    production
      ? `${problems.length > 0 ? `the ledger does not tell what was before ${production.modelVersion} (${inShort(problems).join('; ')})` : first}; name another one to roll back to ("to", or --to of the CLI)`
      : 'nothing is in production, so there is nothing to roll back',
  );
  await recordRefusal(error);
  throw error;
}

/** A ledger that somebody has emptied has thousands. */
function inShort(problems: readonly string[]): string[] {
  const told = problems.slice(0, MOST_PROBLEMS);
  const others = problems.length - told.length;
  return others > 0 ? [...told, `and ${others} others`] : told;
}

const MOST_PROBLEMS = 3;

function withoutLedger(error: Error) {
  return { modelVersion: undefined, problems: [`it cannot be read: ${error.message}`] };
}
