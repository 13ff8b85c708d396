import { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { CanaryAnalysisProps } from './canary-analysis';
import type { ApprovalProps } from './release-approval';

/** What follows when a step had too little traffic for too long. */
export enum InconclusiveAction {
  /** The champion gets its traffic back. */
  ROLL_BACK = 'roll-back',
  /** The challenger takes the next step all the same. */
  PROMOTE = 'promote',
}

/** How a challenger is the champion's shadow before it gets traffic. */
export interface ShadowSchedule {
  readonly duration: Duration;
  /** How long it is if there is too little traffic. */
  readonly maximumDuration: Duration;
  /** Share of the requests that are copied. */
  readonly sampleShare: number;
  /** How far apart answers that agree may be. */
  readonly agreementTolerance?: number;
  /** Share of the requests on which both versions must agree. */
  readonly minimumAgreement?: number;
}

/** How SageMaker moves traffic from one fleet to another. */
export enum TrafficRouting {
  ALL_AT_ONCE = 'ALL_AT_ONCE',
  /** A part first, then all. */
  CANARY = 'CANARY',
  /** In equal steps. */
  LINEAR = 'LINEAR',
}

/** An update of the endpoint in which SageMaker moves the traffic by itself. */
export interface GuardrailsSchedule {
  readonly trafficRouting: TrafficRouting;
  /** Of the canary, or of each linear step. */
  readonly stepPercentage: number;
  readonly waitInterval: Duration;
  readonly terminationWait: Duration;
  readonly maximumExecutionTime: Duration;
}

/** An update of the endpoint that moves all traffic at once. */
export interface InPlaceSchedule {
  /** How long alarms are watched afterwards. Whole minutes. */
  readonly bakeTime: Duration;
}

/** The new fleet's shares of the traffic; the last is 1. */
export function guardrailShares({
  trafficRouting,
  stepPercentage,
}: Pick<GuardrailsSchedule, 'trafficRouting' | 'stepPercentage'>): number[] {
  switch (trafficRouting) {
    case TrafficRouting.ALL_AT_ONCE:
      return [1];
    case TrafficRouting.CANARY:
      return [stepPercentage / 100, 1];
    case TrafficRouting.LINEAR: {
      const count = Math.ceil(100 / stepPercentage);
      return Array.from({ length: count }, (_, index) => Math.min(1, ((index + 1) * stepPercentage) / 100));
    }
  }
}

/** How a challenger gets its traffic, in the terms of the release workflow. */
export interface ReleaseSchedule {
  /** The challenger's shares of the traffic, increasing, the last 1. */
  readonly trafficShares: number[];
  /** How long each share below 1 lasts at least. */
  readonly stepDuration: Duration;
  /** How long any step lasts at most. */
  readonly maximumStepDuration: Duration;
  /** How long the previous champion stays up at weight 0 after the last step. */
  readonly bakeTime: Duration;
  readonly onInconclusive: InconclusiveAction;
  readonly analysis: CanaryAnalysisProps;
  readonly rollbackAlarms: IAlarm[];
  readonly approval?: ApprovalProps;
  /** What comes before the first share, if anything does. */
  readonly shadow?: ShadowSchedule;
  /** If SageMaker moves the traffic, and judges by alarms alone, instead of the workflow. */
  readonly guardrails?: GuardrailsSchedule;
  /** If one update of the endpoint moves all traffic, and alarms alone judge. */
  readonly inPlace?: InPlaceSchedule;
}

/** Whether the challenger takes the champion's variant, so that both are never beside each other. */
export function keepsVariant({ guardrails, inPlace }: ReleaseSchedule): boolean {
  return guardrails !== undefined || inPlace !== undefined;
}

/** How long a release takes at most. Endpoints take their time, so that this is far beyond the schedule. */
export function longestRelease({
  trafficShares,
  maximumStepDuration,
  shadow,
  approval,
}: ReleaseSchedule): Duration {
  return Duration.minutes(
    trafficShares.length * maximumStepDuration.toMinutes() +
      (shadow?.maximumDuration.toMinutes() ?? 0) +
      (approval?.timeout ?? Duration.days(3)).toMinutes() +
      Duration.days(2).toMinutes(),
  );
}
