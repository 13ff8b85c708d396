import type { EventPattern, OnEventOptions } from 'aws-cdk-lib/aws-events';

/** The events of a pipeline, on the account's default event bus. */
export enum PipelineEventType {
  /** A version has been accepted for a release. */
  RELEASE_STARTED = 'ReleaseStarted',
  /** A release waits for a person. */
  WAITING_FOR_APPROVAL = 'WaitingForApproval',
  /** A challenger that got copies of requests is judged, and no shadow any more. */
  SHADOW_ANALYSED = 'ShadowAnalysed',
  /** A step of a release has ended with a verdict. */
  STEP_ANALYSED = 'StepAnalysed',
  /** A version is in production. */
  PROMOTED = 'Promoted',
  /** A release was rolled back. */
  ROLLED_BACK = 'RolledBack',
  /** A release was refused before anything was changed. */
  REFUSED = 'Refused',
  /** A retraining has begun. */
  RETRAINING_STARTED = 'RetrainingStarted',
  /** The data are too few to judge a challenger, and a person must decide. */
  CHALLENGER_WAITING = 'ChallengerWaiting',
  /** A challenger does not beat production. */
  CHALLENGER_REFUSED = 'ChallengerRefused',
  /** A person has rejected a challenger that waited. */
  CHALLENGER_REJECTED = 'ChallengerRejected',
  /** Nobody has decided on a challenger that waited. */
  APPROVAL_EXPIRED = 'ApprovalExpired',
  /** The data are not fit for training. */
  DATA_REFUSED = 'DataRefused',
  /** A retraining broke. */
  RETRAINING_FAILED = 'RetrainingFailed',
  /** The registration of a model that was trained elsewhere broke. */
  REGISTRATION_FAILED = 'RegistrationFailed',
  /** All rows of a batch's run have come out, and its manifest is written. */
  BATCH_SCORED = 'BatchScored',
  /** Something failed that did not, or could not, record its end itself. */
  FAILED = 'Failed',
}

/** A rule for events of a pipeline. */
export interface OnPipelineEventOptions extends OnEventOptions {
  /**
   * Which events.
   * @default - all of them
   */
  readonly types?: PipelineEventType[];
}

/** The events of pipelines, for rules in stacks that know a pipeline by its name only. */
export class PipelineEvents {
  /**
   * Pattern of the events of a pipeline.
   *
   * @param types all by default
   */
  static eventPattern(pipelineName: string, types?: PipelineEventType[]): EventPattern {
    return {
      source: ['model-pipeline'],
      ...(types && { detailType: types }),
      detail: { pipeline: [pipelineName] },
    };
  }

  private constructor() {}
}
