import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { ServiceFixture } from '../local/services/service-fixture';

/** A state machine whose executions run for ten minutes and do nothing. Returns its ARN. */
export async function waitingStateMachine(fixture: ServiceFixture, name: string): Promise<string> {
  const trust = {
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  const { Role } = await new IAMClient(fixture.config()).send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const definition = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 600, End: true } } };
  const { stateMachineArn } = await new SFNClient(fixture.config()).send(
    new CreateStateMachineCommand({ name, definition: JSON.stringify(definition), roleArn: Role?.Arn }),
  );
  return stateMachineArn as string;
}
