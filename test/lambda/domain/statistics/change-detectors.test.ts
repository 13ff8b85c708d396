import { Adwin } from '../../../../lambda/domain/statistics/adwin';
import type { ChangeDetector } from '../../../../lambda/domain/statistics/change-detector';
import { DriftDetectionMethod } from '../../../../lambda/domain/statistics/drift-detection-method';
import { PageHinkley } from '../../../../lambda/domain/statistics/page-hinkley';
import reference from '../../../reference/change-detectors.json';

/** Indexes at which changes are found; river forgets all values after each. */
function changes(create: () => ChangeDetector, values: string): number[] {
  const found: number[] = [];
  let detector = create();
  for (const [index, value] of [...values].entries()) {
    if (!detector.add(Number(value))) continue;
    found.push(index);
    detector = create();
  }
  return found;
}

describe.each(Object.entries(reference.sequences))(
  'of a sequence (%s)',
  (_, { values, changes: expected }) => {
    test.each<[keyof typeof expected, () => ChangeDetector]>([
      ['adwin', () => new Adwin(0.002)],
      ['adwin 1e-4', () => new Adwin(0.0001)],
      ['ddm', () => new DriftDetectionMethod()],
      ['pageHinkley', () => new PageHinkley()],
    ])('%s finds the changes where river does', (name, create) => {
      expect(changes(create, values)).toEqual(expected[name]);
    });
  },
);

test('ADWIN goes on with the newer part of its window, and needs memory for the logarithm of its length', () => {
  const adwin = new Adwin(0.002);
  let found = 0;
  for (let i = 0; i < 100_000; i++) {
    // One in ten, from the middle on one in three.
    if (adwin.add(Number(i % (i < 50_000 ? 10 : 3) === 0))) found++;
  }
  expect(found).toBeGreaterThan(0);
  expect(JSON.stringify(adwin).length).toBeLessThan(20_000);
});
