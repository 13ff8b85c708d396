import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { AccountKey } from '../../../local/access';
import type { ResourceContext } from '../../../local/gateway/service';
import { LocalCloud, type LocalCloudOptions } from '../../../local/local-cloud';

export const START = new Date('2026-11-24T10:00:00Z');
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** A cloud whose clock stands still until a test moves it. */
export class ServiceFixture {
  readonly lines: string[] = [];
  readonly cloud: LocalCloud;

  constructor(options: LocalCloudOptions = {}) {
    this.cloud = new LocalCloud({
      clock: { rate: 0, start: START },
      log: (line) => this.lines.push(line),
      ...options,
    });
  }

  /** Configuration for an SDK client. */
  config(credentials: object = this.cloud.credentials) {
    return { ...this.cloud.clientConfig, credentials: credentials as AccountKey };
  }

  advance(milliseconds: number): Promise<void> {
    return this.cloud.clock.advance(milliseconds);
  }

  settle(): Promise<void> {
    return this.cloud.clock.settle();
  }

  /** Configuration of a client that acts as a role with these statements. */
  async roleConfig(name: string, statements: readonly object[]) {
    const iam = new IAMClient(this.config());
    const trust = {
      Statement: [{ Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' }],
    };
    await iam.send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: name,
        PolicyName: 'p',
        PolicyDocument: JSON.stringify({ Statement: statements }),
      }),
    );
    const { Credentials } = await new STSClient(this.config()).send(
      new AssumeRoleCommand({ RoleArn: `arn:aws:iam::000000000000:role/${name}`, RoleSessionName: 'test' }),
    );
    return this.config({
      accessKeyId: Credentials?.AccessKeyId,
      secretAccessKey: Credentials?.SecretAccessKey,
      sessionToken: Credentials?.SessionToken,
    });
  }

  /** A role that a service acts with. */
  async serviceRole(name: string, service: string, statements: readonly object[]): Promise<string> {
    const iam = new IAMClient(this.config());
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: name,
        AssumeRolePolicyDocument: JSON.stringify({
          Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
        }),
      }),
    );
    if (statements.length > 0) {
      const PolicyDocument = JSON.stringify({ Statement: statements });
      await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'p', PolicyDocument }));
    }
    return Role?.Arn as string;
  }

  /** A queue that a service may send to. */
  async queueFor(name: string, service: string): Promise<{ url: string; arn: string }> {
    const sqs = new SQSClient(this.config());
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const arn = `arn:aws:sqs:us-east-1:000000000000:${name}`;
    const Policy = JSON.stringify({
      Statement: [
        { Effect: 'Allow', Principal: { Service: service }, Action: 'sqs:SendMessage', Resource: arn },
      ],
    });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    return { url: QueueUrl as string, arn };
  }

  /** Takes the messages of a queue. */
  async receive(url: string) {
    const { Messages } = await new SQSClient(this.config()).send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        VisibilityTimeout: 43_200,
      }),
    );
    return Messages ?? [];
  }

  /** Bodies of the messages of a queue, as JSON. */
  async receiveJson(url: string): Promise<Record<string, unknown>[]> {
    return (await this.receive(url)).map(({ Body }) => JSON.parse(Body as string) as Record<string, unknown>);
  }

  /** What CloudFormation would give to a resource provider. */
  resourceContext(logicalId = 'Thing'): ResourceContext {
    return {
      stackName: 'stack',
      stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/stack/1',
      logicalId,
      tags: {},
      principal: this.cloud.administrator,
      generateName: () => `stack-${logicalId}-1`,
      call: (service, operation, input) =>
        this.cloud.call(service, operation, input, this.cloud.administrator),
    };
  }
}
