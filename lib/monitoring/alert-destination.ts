import { type SecretValue, Token } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  ApiDestination,
  Authorization,
  Connection,
  EventField,
  HttpParameter,
  Rule,
  RuleTargetInput,
} from 'aws-cdk-lib/aws-events';
import { ApiDestination as ApiDestinationTarget } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { RunbookId } from '../../contracts/runbook';
import type { PartContext } from '../runtime/part-context';
import type { Severity } from './severity';

/** An alarm that a destination is notified of. */
interface Alert {
  readonly id: string;
  readonly alarm: IAlarm;
  readonly severity: Severity;
  readonly section: RunbookId;
  /** What is wrong, in words. */
  readonly summary: string;
}

/** What a destination is notified of. */
interface AlertSource {
  readonly context: PartContext;
  readonly alerts: readonly Alert[];
  /** `s3://` URI of the runbook. @default - no runbook */
  readonly runbook?: string;
}

/**
 * Fields of CloudWatch's event:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
const ALARM_ARN = '$.resources[0]';
const ALARM_NAME = '$.detail.alarmName';
const REASON = '$.detail.state.reason';
const STATE = '$.detail.state.value';
const TIME = '$.time';

/**
 * Where alerts go beside the topic: systems that open an incident when an alarm goes off, and close it after.
 */
export abstract class AlertDestination {
  /**
   * A service of PagerDuty, by its Events API v2. Each alarm is one incident: its ARN is the deduplication
   * key, and the end of the alarm resolves it. The secret reaches PagerDuty as `routing_key`, and the
   * template has a reference to it only.
   *
   * @param routingKey integration key of the service, in AWS Secrets Manager
   */
  static pagerDuty(routingKey: SecretValue): AlertDestination {
    return new PagerDuty(routingKey);
  }

  /**
   * A URL that gets a JSON document by POST when an alarm goes off, and when it is over: `version` (1),
   * `pipeline`, `alarm`, `state` (`ALARM` or `OK`), `severity`, `summary`, `reason`, `time`, `dedupKey` and
   * `runbook`.
   *
   * @param url that begins with `https://`
   * @param header that authorizes, such as `Authorization`
   * @param value of the header, in AWS Secrets Manager
   * @throws Error if the URL begins otherwise
   */
  static webhook(url: string, header: string, value: SecretValue): AlertDestination {
    if (!Token.isUnresolved(url) && !url.startsWith('https://')) {
      throw new Error(`the URL of a webhook must begin with https://, but is '${url}'`);
    }
    return new Webhook(url, header, value);
  }

  /** @internal */
  public abstract _bind(scope: Construct, id: string, source: AlertSource): void;
}

/** https://developer.pagerduty.com/docs/send-alert-event */
class PagerDuty extends AlertDestination {
  constructor(private readonly routingKey: SecretValue) {
    super();
  }

  public _bind(scope: Construct, id: string, { context, alerts, runbook }: AlertSource): void {
    const { routingKey } = this;
    const target = new HttpTarget(scope, id, context, {
      endpoint: 'https://events.pagerduty.com/v2/enqueue',
      // A connection needs a header; the API reads the key from the body.
      authorization: Authorization.apiKey('X-Routing-Key', routingKey),
      bodyParameters: { routing_key: HttpParameter.fromSecret(routingKey) },
    });
    for (const { id: name, alarm, severity, section, summary } of alerts) {
      target.send(name, alarm, 'ALARM', {
        event_action: 'trigger',
        dedup_key: EventField.fromPath(ALARM_ARN),
        payload: {
          summary,
          source: context.pipelineName,
          severity,
          timestamp: EventField.fromPath(TIME),
          component: context.pipelineName,
          class: section,
          custom_details: {
            alarm: EventField.fromPath(ALARM_NAME),
            reason: EventField.fromPath(REASON),
            ...(runbook !== undefined && { runbook: `${runbook}#${section}` }),
          },
        },
      });
      target.send(`${name}Ends`, alarm, 'OK', {
        event_action: 'resolve',
        dedup_key: EventField.fromPath(ALARM_ARN),
      });
    }
  }
}

class Webhook extends AlertDestination {
  constructor(
    private readonly url: string,
    private readonly header: string,
    private readonly value: SecretValue,
  ) {
    super();
  }

  public _bind(scope: Construct, id: string, { context, alerts, runbook }: AlertSource): void {
    const { url, header, value } = this;
    const target = new HttpTarget(scope, id, context, {
      endpoint: url,
      authorization: Authorization.apiKey(header, value),
    });
    for (const { id: name, alarm, severity, section, summary } of alerts) {
      target.send(name, alarm, undefined, {
        version: 1,
        pipeline: context.pipelineName,
        alarm: EventField.fromPath(ALARM_NAME),
        state: EventField.fromPath(STATE),
        severity,
        summary,
        reason: EventField.fromPath(REASON),
        time: EventField.fromPath(TIME),
        dedupKey: EventField.fromPath(ALARM_ARN),
        runbook: runbook === undefined ? null : `${runbook}#${section}`,
      });
    }
  }
}

interface HttpTargetProps {
  readonly endpoint: string;
  readonly authorization: Authorization;
  readonly bodyParameters?: { readonly [name: string]: HttpParameter };
}

/**
 * An API destination of EventBridge, which sends what a rule makes of an event without a function in between:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html. What it cannot deliver
 * goes to the queue of failures.
 */
class HttpTarget extends Construct {
  private readonly destination: ApiDestination;

  constructor(
    scope: Construct,
    id: string,
    private readonly context: PartContext,
    { endpoint, authorization, bodyParameters }: HttpTargetProps,
  ) {
    super(scope, id);
    const connection = new Connection(this, 'Connection', { authorization, bodyParameters });
    this.destination = new ApiDestination(this, 'Destination', { connection, endpoint });
  }

  /** @param state at whose begin a body is sent; undefined for both `ALARM` and `OK` */
  send(id: string, alarm: IAlarm, state: 'ALARM' | 'OK' | undefined, body: object): void {
    const { context, destination } = this;
    const target = new ApiDestinationTarget(destination, { event: RuleTargetInput.fromObject(body) });
    new Rule(this, id, {
      description: `Notifies of an alarm of ${context.pipelineName}`,
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        resources: [alarm.alarmArn],
        detail: { state: { value: state ? [state] : ['ALARM', 'OK'] } },
      },
      targets: [context.failures.behind(target)],
    });
  }
}
