import type { Command } from 'commander';
import { newProgram } from '../../bin/program';
import { RUNBOOK, type RunbookId } from '../../contracts/runbook';
import { firstSteps, runbookOf } from '../../lambda/domain/pages/runbook/runbook';
import { runbookMarkdown } from '../../lambda/domain/pages/runbook/runbook-markdown';
import { runbookPage } from '../../lambda/domain/pages/runbook/runbook-page';

const ids = Object.keys(RUNBOOK) as RunbookId[];
const ALARMS = ids.map((section) => ({ section, name: `${section}-alarm` }));
const RUNBOOK_OF_ALL = runbookOf('flights', { bucket: 'flights-bucket' }, ALARMS);
const texts = [
  ...firstSteps(RUNBOOK_OF_ALL),
  ...RUNBOOK_OF_ALL.sections.flatMap(({ meaning, check, mitigate }) => [meaning, ...check, ...mitigate]),
];
const commands = texts.flatMap((text) =>
  [...text.matchAll(/`(npx model-pipeline [^`]+)`/g)].map(([, c]) => c),
);

/** The command that words name, and what is left of them. */
function resolve(program: Command, words: readonly string[]): { command: Command; rest: readonly string[] } {
  const [first, ...rest] = words;
  const command = program.commands.find((one) => one.name() === first);
  return command ? resolve(command, rest) : { command: program, rest: words };
}

test.each([...new Set(commands)])('the runbook names a command that exists: %s', (text) => {
  const program = newProgram();
  const { command, rest } = resolve(program, (text as string).split(' ').slice(2));
  expect(command).not.toBe(program);
  const known = [...program.options, ...command.options].map(({ long }) => long);
  for (const option of rest.filter((word) => word.startsWith('--'))) expect(known).toContain(option);
});

test('the runbook has only the sections of alarms that the pipeline has, with its name in commands', () => {
  const { sections } = runbookOf('flights', {}, [
    { section: 'quality', name: 'b' },
    { section: 'drift', name: 'a1' },
    { section: 'drift', name: 'a2' },
  ]);
  expect(sections.map(({ id, alarmNames }) => [id, alarmNames])).toEqual([
    ['drift', ['a1', 'a2']],
    ['quality', ['b']],
  ]);
  expect(JSON.stringify(sections)).not.toContain('{pipeline}');
});

test.each([
  ['Markdown', runbookMarkdown(RUNBOOK_OF_ALL), (id: string) => `<a id="${id}"></a>`],
  ['HTML', runbookPage(RUNBOOK_OF_ALL), (id: string) => `<h2 id="${id}">`],
])('as %s each section has an anchor, its alarm, and a link to it', (_, text, anchor) => {
  for (const id of ids) {
    expect(text).toContain(anchor(id));
    expect(text).toContain(`${id}-alarm`);
    expect(text).toMatch(new RegExp(`(href="|\\()#${id}["|)]`));
  }
  expect(text).toContain('flights-bucket');
  expect(text).not.toMatch(/undefined|\[object/);
});
