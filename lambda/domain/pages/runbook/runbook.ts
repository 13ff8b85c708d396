import {
  type ExplainedAlarm,
  RUNBOOK,
  type RunbookId,
  type RunbookSection,
} from '../../../../contracts/runbook';

/** The runbook of one pipeline. */
export interface Runbook {
  readonly pipelineName: string;
  /** What belongs to the pipeline, by kind: `endpoint`, `bucket`. */
  readonly names: Readonly<Record<string, string>>;
  /** Those that the pipeline has. */
  readonly sections: readonly (RunbookSection & {
    readonly id: RunbookId;
    readonly alarmNames: readonly string[];
  })[];
}

/** The sections that explain these alarms, with the pipeline's name in their commands. */
export function runbookOf(
  pipelineName: string,
  names: Runbook['names'],
  alarms: readonly ExplainedAlarm[],
): Runbook {
  const of = (text: string) => text.replaceAll('{pipeline}', pipelineName);
  const ids = Object.keys(RUNBOOK) as RunbookId[];
  return {
    pipelineName,
    names,
    sections: ids.flatMap((id) => {
      const alarmNames = alarms.filter(({ section }) => section === id).map(({ name }) => name);
      if (alarmNames.length === 0) return [];
      const { title, meaning, check, mitigate } = RUNBOOK[id];
      return [
        { id, title, meaning: of(meaning), check: check.map(of), mitigate: mitigate.map(of), alarmNames },
      ];
    }),
  };
}

/** What to do first, whatever has gone off. */
export function firstSteps({ pipelineName }: Runbook): readonly string[] {
  return [
    `\`npx model-pipeline status --pipeline ${pipelineName}\`: which version serves, whether a release is in progress, and which alarms have gone off.`,
    `\`npx model-pipeline history --pipeline ${pipelineName}\`: what changed last. Most incidents begin with a change.`,
    `If callers are affected and a release was shortly before: \`npx model-pipeline rollback --pipeline ${pipelineName}\`. It needs neither the cause nor a deployment, and takes the traffic back within a minute.`,
    `\`npx model-pipeline repair --pipeline ${pipelineName}\` if something of the pipeline was deleted or changed by hand.`,
    'Then read the section of the alarm.',
  ];
}
