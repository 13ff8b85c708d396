import type { Duration } from 'aws-cdk-lib';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { RegistrationOrder } from '../../contracts/functions/registering';
import type { BatchScoring } from '../challenger/batch-scoring';
import type { ChallengerJudge } from '../challenger/challenger-judge';
import { challengerStates, judged, recordJudgement } from '../challenger/challenger-states';
import { type ChallengerVariables, REASONS } from '../challenger/challenger-variables';
import { generatedNamePrefix, type PipelineContext } from '../runtime/pipeline-context';
import { choose, jsonata, pass, run, type States } from '../runtime/states';
import { assigns, variables } from '../runtime/variables';

/** The variables of a registration. */
interface RegistrationVariables extends ChallengerVariables {
  readonly version: RegistrationOrder;
}

const REGISTRATION = variables<RegistrationVariables>();
const assignRegistration = assigns<RegistrationVariables>();

export interface RegistrationStatesProps {
  readonly context: PipelineContext;
  readonly judge: ChallengerJudge;
  readonly batchScoring: BatchScoring;
  readonly networkIsolation: boolean;
  /** How long a release takes at most. */
  readonly releaseTimeout: Duration;
  /**
   * The workflow that releases versions which are to be released once they are approved.
   * @default - somebody else releases them
   */
  readonly releaseStateMachine?: IStateMachine;
}

/** The states of a registration, in the order in which a good version passes them. */
export function registrationStates(props: RegistrationStatesProps): States {
  const { context, judge } = props;
  const { version } = REGISTRATION;
  const workflow = 'registration';
  return {
    BeginRegistration: pass(
      'CreateChallengerModel',
      assignRegistration({
        namePrefix: generatedNamePrefix(context.pipelineName),
        suffix: jsonata('$substring($uuid(), 0, 8)'),
        version: jsonata('$states.input'),
        dataVersion: jsonata('$states.input.dataVersion'),
        split: { holdoutUri: jsonata('$states.input.holdoutUri') },
        comparedWith: null,
        answer: [],
        error: {},
      }),
    ),
    ...challengerStates({
      ...props,
      workflow,
      functions: judge.functions,
      approval: judge.approval,
      scoringRoleArn: judge.scoringRole.roleArn,
      environment: jsonata(version.environment),
      version: {
        artifacts: jsonata(`$merge([${version.artifacts}, {'baseline': ${REGISTRATION.baseline}}])`),
        environment: jsonata(version.environment),
        metrics: jsonata(version.metrics),
      },
      accepted: 'RecordRegistration',
      // Who approved it meanwhile has released it, too.
      released: 'RecordRegistration',
      failed: 'RegistrationFailed',
    }),
    RecordRegistration: recordJudgement(
      judge.functions.recordOutcome,
      workflow,
      'registration',
      props.releaseStateMachine ? 'IsToBeReleased' : 'VersionRegistered',
    ),
    ...(props.releaseStateMachine && release(props.releaseStateMachine)),
    VersionRegistered: judged('registered'),
  };
}

/** Starts a release, which records its own end. */
function release({ stateMachineArn }: IStateMachine): States {
  const { version, champion, suffix } = REGISTRATION;
  return {
    IsToBeReleased: choose(
      [
        // Somebody has released it meanwhile.
        [`${champion}.modelVersion = ${version.modelVersion}`, 'VersionRegistered'],
        [`${version.release} = true`, 'StartRelease'],
      ],
      'VersionRegistered',
    ),
    StartRelease: run(
      'states:startExecution',
      {
        StateMachineArn: stateMachineArn,
        Name: jsonata(`'release-' & $replace(${version.modelVersion}, '.', '-') & '-' & ${suffix}`),
        Input: {
          modelVersion: jsonata(version.modelVersion),
          reason: jsonata(`$join(${REASONS}, '; ')`),
          AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: jsonata('$states.context.Execution.Id'),
        },
      },
      { next: 'VersionRegistered', catchTo: 'RecordFailure' },
    ),
  };
}
