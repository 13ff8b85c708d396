import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_DETAILS } from '../../lambda/domain/records/events';
import { PipelineEventType } from '../../lib';

const guide = readFileSync(join(__dirname, '..', '..', 'docs', 'guides', 'events.md'), 'utf8');

describe('the guide of the events', () => {
  const rows = guide.split('\n').filter((line) => line.startsWith('| `'));
  const documented = (column: number) => rows.map((row) => names(row.split('|')[column] ?? ''));

  test.each(Object.entries(EVENT_DETAILS))('names the fields of %s, in their order', (type, schema) => {
    const row = rows.find((line) => line.startsWith(`| \`${type}\` |`));
    expect(names(row?.split('|')[3] ?? '')).toEqual(Object.keys(schema.shape));
  });

  test('says what each field is', () => {
    const fields = new Set(Object.values(EVENT_DETAILS).flatMap((schema) => Object.keys(schema.shape)));
    expect(documented(1).flat()).toEqual(expect.arrayContaining([...fields]));
  });

  test('names no event that the constructs do not offer, and all that they do', () => {
    expect(Object.values(PipelineEventType)).toEqual(Object.keys(EVENT_DETAILS));
  });
});

/** What a cell has between backquotes. */
function names(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);
}
