import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateStateMachineCommand,
  type CreateStateMachineCommandInput,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ServiceFixture } from './service-fixture';

export const ACCOUNT = '000000000000';

/** A machine's states, in JSONata unless it says otherwise. */
export interface TestMachine {
  readonly QueryLanguage?: 'JSONata' | 'JSONPath';
  readonly TimeoutSeconds?: number;
  readonly StartAt: string;
  readonly States: Record<string, object>;
}

export interface TestExecution {
  readonly arn: string;
  readonly status: string | undefined;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** A cloud with a role that state machines may have. */
export class StatesFixture extends ServiceFixture {
  private machines = 0;

  get sfn(): SFNClient {
    return new SFNClient(this.config());
  }

  async start(statements: readonly object[] = [{ Effect: 'Allow', Action: '*', Resource: '*' }]) {
    await this.cloud.start();
    await this.role('machine', statements);
  }

  stop(): Promise<void> {
    return this.cloud.stop();
  }

  /** A role that Step Functions may assume. */
  async role(name: string, statements: readonly object[], service = 'states.amazonaws.com'): Promise<string> {
    const iam = new IAMClient(this.config());
    const trust = {
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    };
    await iam.send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'policy', PolicyDocument }));
    return `arn:aws:iam::${ACCOUNT}:role/${name}`;
  }

  async create(machine: TestMachine, options: Partial<CreateStateMachineCommandInput> = {}): Promise<string> {
    const { stateMachineArn } = await this.sfn.send(
      new CreateStateMachineCommand({
        name: `machine-${++this.machines}`,
        roleArn: `arn:aws:iam::${ACCOUNT}:role/machine`,
        definition: JSON.stringify({ QueryLanguage: 'JSONata', ...machine }),
        ...options,
      }),
    );
    return stateMachineArn as string;
  }

  async startExecution(stateMachineArn: string, input: unknown = {}, name?: string): Promise<string> {
    const { executionArn } = await this.sfn.send(
      new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
    );
    return executionArn as string;
  }

  /** Creates a machine, starts it, and lets some time pass. */
  async run(machine: TestMachine, input: unknown = {}, milliseconds = 0): Promise<TestExecution> {
    const arn = await this.startExecution(await this.create(machine), input);
    await this.advance(milliseconds);
    return this.describe(arn);
  }

  /** A machine of one state. */
  runState(state: object, input: unknown = {}, milliseconds = 0): Promise<TestExecution> {
    return this.run({ StartAt: 'It', States: { It: { End: true, ...state } } }, input, milliseconds);
  }

  async describe(arn: string): Promise<TestExecution> {
    const { status, output, error, cause } = await this.sfn.send(
      new DescribeExecutionCommand({ executionArn: arn }),
    );
    return { arn, status, output: output === undefined ? undefined : JSON.parse(output), error, cause };
  }

  async history(arn: string): Promise<HistoryEvent[]> {
    const { events } = await this.sfn.send(
      new GetExecutionHistoryCommand({ executionArn: arn, maxResults: 1000 }),
    );
    return events as HistoryEvent[];
  }

  async eventTypes(arn: string): Promise<(string | undefined)[]> {
    return (await this.history(arn)).map(({ type }) => type);
  }
}
