import type { Template } from 'aws-cdk-lib/assertions';

/**
 * Logical ids of the metric alarms that composite alarms of a template notify of, by the name of the
 * composite.
 */
export function notifiedTogether(template: Template): ReadonlyMap<string, readonly string[]> {
  const composites = Object.values(template.findResources('AWS::CloudWatch::CompositeAlarm'));
  return new Map(
    composites
      .filter(({ Properties }) => Properties.AlarmActions.length > 0)
      .map(({ Properties: { AlarmDescription, AlarmRule } }) => [
        AlarmDescription as string,
        [...JSON.stringify(AlarmRule).matchAll(/"Fn::GetAtt":\["(\w+)","Arn"\]/g)].map(
          ([, id]) => id as string,
        ),
      ]),
  );
}

/** Logical ids of alarms with an action of their own. */
export function notifyingAlone(template: Template): string[] {
  return Object.entries(template.findResources('AWS::CloudWatch::Alarm')).flatMap(([id, { Properties }]) =>
    Properties.AlarmActions ? [id] : [],
  );
}
