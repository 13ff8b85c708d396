import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Tracing } from 'aws-cdk-lib/aws-lambda';
import {
  CustomerManagedEncryptionConfiguration,
  DefinitionBody,
  LogLevel,
  StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { allowEncrypted } from '../platform/encryption';
import { explain } from '../platform/explained-rules';
import type { FunctionContext } from './part-context';
import { ServiceRole } from './service-role';
import type { States } from './states';

export interface WorkflowProps {
  readonly context: FunctionContext;
  readonly comment: string;
  readonly startAt: string;
  readonly states: States;
  readonly functions: readonly IFunction[];
  /** @default 1 day */
  readonly timeout?: Duration;
}

/** A state machine written in Amazon States Language, with leave to call its functions. */
export class Workflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const { platform } = props.context;
    const timeout = props.timeout ?? Duration.days(1);
    const definition = {
      Comment: props.comment,
      QueryLanguage: 'JSONata',
      StartAt: props.startAt,
      TimeoutSeconds: timeout.toSeconds(),
      States: props.states,
    };
    const role = new ServiceRole(this, 'Role', 'states.amazonaws.com');
    // It calls SNS, reads what it encrypts of itself, and starts others like it. CDK's own grant for the key
    // names a state machine without a given name wrongly.
    allowEncrypted(role, props.context);
    this.stateMachine = new StateMachine(this, 'Resource', {
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
      comment: props.comment,
      role,
      tracingEnabled: platform.tracing === Tracing.ACTIVE,
      encryptionConfiguration:
        platform.encryptionKey && new CustomerManagedEncryptionConfiguration(platform.encryptionKey),
      logs: {
        level: LogLevel.ERROR,
        destination: platform._logs.ofWorkflows,
      },
    });
    explain(
      this,
      'SF1',
      'Step Functions keeps the history of every execution for 90 days; the log has what it lacks, and not each poll of an endpoint',
    );
    if (platform.tracing !== Tracing.ACTIVE) {
      explain(this, 'SF2', 'AWS X-Ray charges for traces: turn them on by tracing of the pipeline');
    }
    // Of functions, not of their versions and aliases.
    const functions = props.functions.map(({ functionArn }) => functionArn);
    if (functions.length > 0) this.allow(['lambda:InvokeFunction'], functions);
  }

  /** Adds a statement to the workflow's role. */
  allow(actions: string[], resources: string[], conditions?: Record<string, unknown>): this {
    this.stateMachine.addToRolePolicy(new PolicyStatement({ actions, resources, conditions }));
    return this;
  }

  /**
   * Lets it run the items of a distributed map, whose list and results are below the given prefixes of its
   * bucket.
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
   */
  allowDistributedMap(objectArns: { readonly list: string; readonly results: string }): this {
    const { stateMachine } = this;
    // Items are executions of the same state machine, which waits for the role's own policy: this one comes
    // after it.
    const policy = new Policy(this, 'Items', {
      statements: [
        new PolicyStatement({
          actions: ['states:StartExecution'],
          resources: [stateMachine.stateMachineArn],
        }),
        new PolicyStatement({
          actions: ['states:DescribeExecution', 'states:StopExecution'],
          resources: [executionsArn(stateMachine)],
        }),
      ],
    });
    stateMachine.role.attachInlinePolicy(policy);
    this.allow(['s3:GetObject'], [objectArns.list]);
    // A result that is large is written in parts, which a failure must not leave behind.
    return this.allow(
      ['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
      [objectArns.results],
    );
  }
}

function executionsArn(stateMachine: StateMachine): string {
  return Stack.of(stateMachine).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${stateMachine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
