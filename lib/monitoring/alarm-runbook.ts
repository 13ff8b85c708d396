import { createHash } from 'node:crypto';
import { type AlarmBase, CfnAlarm, CfnCompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import { type ExplainedAlarm, RUNBOOK, type RunbookId } from '../../contracts/runbook';

const SECTIONS = new WeakMap<IConstruct, RunbookId>();

/**
 * Names the section of the runbook that says what to do in an alarm's description: at its end, but before its
 * severity in brackets.
 */
export function explainAlarm<A extends AlarmBase>(alarm: A, section: RunbookId): A {
  const resource = alarm.node.defaultChild;
  if (!(resource instanceof CfnAlarm) && !(resource instanceof CfnCompositeAlarm)) {
    throw new Error(`'${alarm.node.path}' is not an alarm of this app, so its description cannot be changed`);
  }
  resource.alarmDescription = (resource.alarmDescription ?? '').replace(
    /( \[\w+\])?$/,
    (severity) => ` (runbook: ${section})${severity}`,
  );
  SECTIONS.set(alarm, section);
  return alarm;
}

/** The alarms below a construct that name a section, in the order of the runbook. */
export function explainedAlarms(scope: IConstruct): ExplainedAlarm[] {
  const order = Object.keys(RUNBOOK);
  return scope.node
    .findAll()
    .flatMap((construct): ExplainedAlarm[] => {
      const section = SECTIONS.get(construct);
      return section === undefined ? [] : [{ section, name: (construct as AlarmBase).alarmName }];
    })
    .sort((a, b) => order.indexOf(a.section) - order.indexOf(b.section));
}

/** Changes with the texts, so that an update of this package writes the runbook again. */
export function runbookRevision(): string {
  return createHash('sha256').update(JSON.stringify(RUNBOOK)).digest('hex').slice(0, 16);
}
