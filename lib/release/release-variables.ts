import type { ReleaseVerdict, RollbackProblem } from '../../contracts/functions/release';
import type { ReleasePlan } from '../../contracts/release-plan';
import type { WorkflowError } from '../../contracts/workflow-error';
import { assigns, variables } from '../runtime/variables';

/** The variables of a release, and of the workflow that undoes one. */
interface ReleaseVariables {
  readonly plan: ReleasePlan;
  /** Why the release was requested. */
  readonly reason: string;
  /** ARN of the release's own execution. */
  readonly releaseExecution: string;
  readonly startedAt: string;
  /** When the challenger first had traffic; empty if it had none. */
  readonly trafficSince: string;
  /** When the current step began. */
  readonly stepSince: string;
  /** When copies of requests began. */
  readonly shadowSince: string;
  /** Index of the current step, from 0. */
  readonly step: number;
  /** Whether the challenger has passed its smoke test. */
  readonly passed: boolean;
  /** Whether the challenger's version of the function has its instances. */
  readonly isWarm: boolean;
  /** Of the latest evaluation. */
  readonly verdict: ReleaseVerdict;
  /** Of the latest evaluation, or of the rollback. */
  readonly reasons: readonly string[];
  /** Names of alarms that are in ALARM. */
  readonly alarmsOn: readonly string[];
  /** `s3://` URI of the report; empty before it is written. */
  readonly report: string;

  /** What `DescribeEndpoint` last answered. */
  readonly endpoint: {
    readonly EndpointStatus: string;
    readonly EndpointConfigName?: string;
    readonly FailureReason?: string;
  };
  /** Polls in the current wait for the endpoint. */
  readonly looks: number;
  /** Polls in all waits for the endpoint. */
  readonly endpointLooks: number;

  /** Whether the champion was up before the release. */
  readonly isUp: boolean;
  /** Whether the champion is restored before the release, not after it. */
  readonly repairs: boolean;
  /** Whether the rollback has given the champion's variant all traffic. */
  readonly trafficIsBack: boolean;
  /** Whether the rollback has taken the challenger's traffic out of the routing document. */
  readonly isNoted: boolean;
  /** Attempts to restore the champion, or to delete an endpoint. */
  readonly attempts: number;
  /** Polls of the endpoint while the champion is restored. */
  readonly championLooks: number;
  /** What went wrong; without fields if nothing did. */
  readonly error: Partial<WorkflowError>;
  /** Steps of the rollback that failed, and that it went on without. */
  readonly problems: readonly RollbackProblem[];
}

/** The variables that the states of a release and of a rollback share. */
export const RELEASE = variables<ReleaseVariables>();

/** The plan of the release. */
export const PLAN = RELEASE.plan;

/** Assigns variables of a release. */
export const assignRelease = assigns<ReleaseVariables>();
