import { firstSteps, type Runbook } from './runbook';

/** The runbook as Markdown, for a repository. */
export function runbookMarkdown(runbook: Runbook): string {
  const { pipelineName, names, sections } = runbook;
  return [
    `# Runbook of ${pipelineName}`,
    'The alarms of the pipeline, what they mean, and what to do. `npx model-pipeline runbook` writes this file.',
    [
      '| part | name |',
      '|---|---|',
      ...Object.entries(names).map(([kind, name]) => `| ${kind} | \`${name}\` |`),
    ].join('\n'),
    '## First steps',
    numbered(firstSteps(runbook)),
    '## Alarms',
    sections.map(({ id, title }) => `- [${title}](#${id})`).join('\n'),
    ...sections.flatMap(({ id, title, meaning, check, mitigate, alarmNames }) => [
      `<a id="${id}"></a>\n\n### ${title}`,
      alarmNames.map((name) => `\`${name}\``).join(', '),
      meaning,
      `**How to find the cause**\n\n${numbered(check)}`,
      `**What to do**\n\n${numbered(mitigate)}`,
    ]),
    '',
  ].join('\n\n');
}

function numbered(steps: readonly string[]): string {
  return steps.map((step, index) => `${index + 1}. ${step}`).join('\n');
}
