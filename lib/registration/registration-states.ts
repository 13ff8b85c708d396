import type { Duration } from 'aws-cdk-lib';
import type { RegistrationOrder } from '../../contracts/functions/registering';
import type { BatchScoring } from '../challenger/batch-scoring';
import type { ChallengerJudge } from '../challenger/challenger-judge';
import { challengerStates, judged, recordJudgement } from '../challenger/challenger-states';
import type { ChallengerVariables } from '../challenger/challenger-variables';
import { generatedNamePrefix, type PipelineContext } from '../runtime/pipeline-context';
import { jsonata, pass, type States } from '../runtime/states';
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
      'VersionRegistered',
    ),
    VersionRegistered: judged('registered'),
  };
}
