import type { Target } from '@aws-sdk/client-eventbridge';
import { App, SecretValue, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AlertDestination, ModelPipeline } from '../../lib';
import { targetInput } from '../../local/services/eventbridge/target-input';

const SECRET = SecretValue.secretsManager('pager-key');

function synthesize(destination: AlertDestination): Template {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  new ModelPipeline(stack, 'Model', {
    pipelineName: 'flights',
    monitoring: { alertDestinations: [destination] },
  });
  return Template.fromStack(stack);
}

const ARN = 'arn:aws:cloudwatch:eu-central-1:111111111111:alarm:Drift "1"';
const eventOf = (state: string) => ({
  time: '2026-11-24T10:00:00Z',
  resources: [ARN],
  detail: { alarmName: 'Drift "1"', state: { value: state, reason: 'Threshold Crossed:\n2 of "3"' } },
});

interface RuleResource {
  readonly Properties: { readonly EventPattern: { detail: object }; readonly Targets: Target[] };
}

/** What the destination gets of an alarm: the body that EventBridge makes of its event. */
function bodies(template: Template, id: string, state: 'ALARM' | 'OK') {
  const rules = Object.entries(template.findResources('AWS::Events::Rule')) as [string, RuleResource][];
  return rules
    .filter(([name]) => new RegExp(`Alerts1${id}`).test(name))
    .filter(([, { Properties }]) => JSON.stringify(Properties.EventPattern.detail).includes(`"${state}"`))
    .map(([, { Properties }]) => {
      const target = Properties.Targets[0] as Target & {
        readonly InputTransformer: { InputTemplate: unknown };
      };
      return JSON.parse(targetInput(withText(target), eventOf(state), { arn: 'rule', name: 'rule' }));
    });
}

/** A template with the name of the bucket in the place of its reference. */
function withText(target: Target & { readonly InputTransformer: { InputTemplate: unknown } }): Target {
  const { InputTransformer } = target;
  const template = InputTransformer.InputTemplate as string | { 'Fn::Join': [string, unknown[]] };
  if (typeof template === 'string') return target;
  const parts = template['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'bucket'));
  return { ...target, InputTransformer: { ...InputTransformer, InputTemplate: parts.join('') } };
}

describe('alerts to PagerDuty', () => {
  const template = synthesize(AlertDestination.pagerDuty(SECRET));

  test('open an incident in the form of its Events API, one for each alarm', () => {
    expect(bodies(template, 'Drifts', 'ALARM')).toEqual([
      {
        event_action: 'trigger',
        dedup_key: ARN,
        payload: {
          summary: 'flights: Inputs or answers have drifted',
          source: 'flights',
          severity: 'warning',
          timestamp: '2026-11-24T10:00:00Z',
          component: 'flights',
          class: 'drift',
          custom_details: {
            alarm: 'Drift "1"',
            reason: 'Threshold Crossed:\n2 of "3"',
            runbook: 's3://bucket/runbook/runbook.html#drift',
          },
        },
      },
    ]);
    expect(bodies(template, 'Serving', 'ALARM')[0].payload.severity).toBe('critical');
  });

  test('close it when the alarm is over', () => {
    expect(bodies(template, 'Drifts', 'OK')).toEqual([{ event_action: 'resolve', dedup_key: ARN }]);
  });

  test('have the key by a reference to the secret, and failures go to the queue of failures', () => {
    template.hasResourceProperties('AWS::Events::Connection', {
      AuthorizationType: 'API_KEY',
      AuthParameters: {
        InvocationHttpParameters: {
          BodyParameters: [
            {
              Key: 'routing_key',
              Value: '{{resolve:secretsmanager:pager-key:SecretString:::}}',
              IsValueSecret: true,
            },
          ],
        },
      },
    });
    const rules = Object.entries(template.findResources('AWS::Events::Rule')) as [string, RuleResource][];
    const ours = rules.filter(([name]) => name.includes('Alerts1'));
    expect(ours).toHaveLength(8);
    for (const [, { Properties }] of ours) expect(Properties.Targets[0]?.DeadLetterConfig).toBeDefined();
  });
});

test('alerts to a webhook have the state, the severity, and a key that tells causes apart', () => {
  const template = synthesize(
    AlertDestination.webhook('https://hooks.example.com/x', 'Authorization', SECRET),
  );
  template.hasResourceProperties('AWS::Events::ApiDestination', {
    InvocationEndpoint: 'https://hooks.example.com/x',
    HttpMethod: 'POST',
  });
  for (const state of ['ALARM', 'OK'] as const) {
    expect(bodies(template, 'Quality', state)).toEqual([
      {
        version: 1,
        pipeline: 'flights',
        alarm: 'Drift "1"',
        state,
        severity: 'warning',
        summary: 'flights: Quality below that on the holdout',
        reason: 'Threshold Crossed:\n2 of "3"',
        time: '2026-11-24T10:00:00Z',
        dedupKey: ARN,
        runbook: 's3://bucket/runbook/runbook.html#quality',
      },
    ]);
  }
});

test('a webhook without TLS is refused', () => {
  expect(() => AlertDestination.webhook('http://hooks.example.com', 'X-Key', SECRET)).toThrow(
    "the URL of a webhook must begin with https://, but is 'http://hooks.example.com'",
  );
});
