import { createHash } from 'node:crypto';
import type { Target } from '@aws-sdk/client-eventbridge';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import { type Principal, rolePrincipal, servicePrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';
import type { CloudEvent, StoredRule } from './rule';
import { targetInput } from './target-input';

const SERVICE = 'events.amazonaws.com';
/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html for these two */
const DEFAULT_RETRY_ATTEMPTS = 185;
const DEFAULT_EVENT_AGE_SECONDS = 86_400;
const FIRST_RETRY_MILLISECONDS = 1_000;
const LONGEST_RETRY_MILLISECONDS = 600_000;

/** Errors that pass with time; all others go to the dead-letter queue at once. */
const RETRYABLE = new Set([
  'InternalException',
  'InternalFailure',
  'ServiceException',
  'ServiceUnavailable',
  'ThrottlingException',
  'TooManyRequestsException',
]);

interface Delivery {
  readonly rule: StoredRule;
  readonly target: Target;
  readonly event: CloudEvent;
  readonly input: string;
}

/** Hands events to the targets of rules, tries again, and gives up to a dead-letter queue. */
export class TargetDelivery {
  constructor(private readonly cloud: Cloud) {}

  /** Never rejects: a failure is logged. */
  async deliver(rule: StoredRule, target: Target, event: CloudEvent): Promise<void> {
    const startedAt = this.cloud.clock.now();
    let input: string;
    try {
      input = targetInput(target, event, rule);
    } catch (error) {
      this.cloud.log(`events: rule ${rule.name}, target ${target.Id}: ${(error as Error).message}`);
      return;
    }
    await this.attempt({ rule, target, event, input }, startedAt, 0);
  }

  private async attempt(delivery: Delivery, startedAt: number, retries: number): Promise<void> {
    try {
      await this.send(delivery);
    } catch (error) {
      await this.failed(delivery, error as Error, startedAt, retries);
    }
  }

  private async failed(delivery: Delivery, error: Error, startedAt: number, retries: number): Promise<void> {
    const { rule, target } = delivery;
    const code = error instanceof AwsError ? error.code : error.name;
    this.cloud.log(`events: rule ${rule.name} could not deliver to ${target.Arn}: ${code}: ${error.message}`);
    const wait = Math.min(FIRST_RETRY_MILLISECONDS * 2 ** retries, LONGEST_RETRY_MILLISECONDS);
    const age = (this.cloud.clock.now() + wait - startedAt) / 1000;
    const exhausted =
      retries >= (target.RetryPolicy?.MaximumRetryAttempts ?? DEFAULT_RETRY_ATTEMPTS)
        ? 'MaximumRetryAttempts'
        : age > (target.RetryPolicy?.MaximumEventAgeInSeconds ?? DEFAULT_EVENT_AGE_SECONDS)
          ? 'MaximumEventAgeInSeconds'
          : undefined;
    const isRetryable = RETRYABLE.has(code);
    if (isRetryable && !exhausted) {
      this.cloud.clock.after(wait, () => this.attempt(delivery, startedAt, retries + 1));
      return;
    }
    await this.sendToDeadLetterQueue(delivery, error, retries, isRetryable ? exhausted : undefined);
  }

  private async send({ rule, target, event, input }: Delivery): Promise<void> {
    const arn = target.Arn as string;
    const principal = await this.principal(rule, target);
    const service = arn.split(':')[2];
    if (service === 'lambda') {
      const Payload = Buffer.from(input);
      await this.cloud.call(
        'lambda',
        'Invoke',
        { FunctionName: arn, InvocationType: 'Event', Payload },
        principal,
      );
    } else if (service === 'states') {
      const name = `${event.id}_${hash(`${rule.arn}/${target.Id}`)}`;
      await this.cloud.call('states', 'StartExecution', { stateMachineArn: arn, name, input }, principal);
    } else if (service === 'sns') {
      await this.cloud.call('sns', 'Publish', { TopicArn: arn, Message: input }, principal);
    } else if (service === 'sqs') {
      await this.sendToQueue(arn, input, principal);
    } else {
      await this.sendToLogGroup(arn, event, input, principal);
    }
  }

  /**
   * The target's role, if it trusts EventBridge; else EventBridge itself, which resource policies must allow.
   */
  private async principal(rule: StoredRule, target: Target): Promise<Principal> {
    const events = servicePrincipal(SERVICE, this.cloud.account, rule.arn);
    if (!target.RoleArn) return events;
    const session = this.cloud.id(32, 'hex');
    await this.cloud.call('sts', 'AssumeRole', { RoleArn: target.RoleArn, RoleSessionName: session }, events);
    return rolePrincipal(target.RoleArn, session);
  }

  private async sendToQueue(
    arn: string,
    body: string,
    principal: Principal,
    attributes?: Record<string, string | undefined>,
  ): Promise<void> {
    const given = Object.entries(attributes ?? {}).filter(([, value]) => value !== undefined);
    await this.cloud.call(
      'sqs',
      'SendMessage',
      {
        QueueUrl: `${this.cloud.url}/${this.cloud.account}/${arn.split(':').pop()}`,
        MessageBody: body,
        MessageAttributes: Object.fromEntries(
          given.map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
        ),
      },
      principal,
    );
  }

  private async sendToLogGroup(
    arn: string,
    event: CloudEvent,
    message: string,
    principal: Principal,
  ): Promise<void> {
    const logGroupName = arn.split(':')[6];
    const logStreamName = event.id;
    await this.cloud.call('logs', 'CreateLogStream', { logGroupName, logStreamName }, principal);
    const logEvents = [{ timestamp: this.cloud.clock.now(), message }];
    await this.cloud.call('logs', 'PutLogEvents', { logGroupName, logStreamName, logEvents }, principal);
  }

  private async sendToDeadLetterQueue(
    { rule, target, event }: Delivery,
    error: Error,
    retries: number,
    exhausted: string | undefined,
  ): Promise<void> {
    const queueArn = target.DeadLetterConfig?.Arn;
    if (!queueArn) return;
    const principal = servicePrincipal(SERVICE, this.cloud.account, rule.arn);
    try {
      await this.sendToQueue(queueArn, JSON.stringify(event), principal, {
        RULE_ARN: rule.arn,
        TARGET_ARN: target.Arn,
        ERROR_CODE: errorCode(error),
        ERROR_MESSAGE: error.message,
        EXHAUSTED_RETRY_CONDITION: exhausted,
        RETRY_ATTEMPTS: exhausted && String(retries),
      });
    } catch (failure) {
      this.cloud.log(
        `events: rule ${rule.name} could not use its dead-letter queue ${queueArn}: ${(failure as Error).message}`,
      );
    }
  }
}

/**
 * Checks that a target is one that events can be delivered to.
 *
 * @throws AwsError ValidationException, or NotImplementedByLocalCloud for other services
 */
export function validateTarget(target: Target): void {
  const { Id, Arn = '', RoleArn } = target;
  const [prefix, , service = '', , , kind] = Arn.split(':');
  if (prefix !== 'arn') {
    throw new AwsError(
      'ValidationException',
      `Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`,
    );
  }
  const parameters = Object.entries(target).find(([name, value]) => name.endsWith('Parameters') && value);
  if (parameters) throw new NotImplementedError(`${parameters[0]} of EventBridge targets (target ${Id})`);
  if (!['lambda', 'states', 'sns', 'sqs', 'logs'].includes(service) || kind === 'activity') {
    throw new NotImplementedError(`EventBridge targets of the service ${service} (${Arn})`);
  }
  if (service === 'states' && !RoleArn) {
    throw new AwsError('ValidationException', `RoleArn is required for target ${Arn}.`);
  }
}

/** The codes of EventBridge's dead-letter messages. */
function errorCode(error: Error): string {
  const code = error instanceof AwsError ? error.code : error.name;
  if (code.startsWith('AccessDenied') || code === 'AuthorizationErrorException') return 'NO_PERMISSIONS';
  if (/NotFound|DoesNotExist/.test(code)) return 'NO_RESOURCE';
  if (/Throttling|TooManyRequests/.test(code)) return 'THROTTLING';
  return RETRYABLE.has(code) ? 'INTERNAL_ERROR' : 'SDK_CLIENT_ERROR';
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
