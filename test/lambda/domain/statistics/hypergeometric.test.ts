import reference from '../../../reference/hypergeometric.json';
import { hypergeometric } from './hypergeometric';

test.each(reference.cases)("is scipy's: $drawn drawn of $all, $marked of them marked", (one) => {
  const { first, probabilities } = hypergeometric(one.drawn, one.marked, one.all);
  for (const [k, probability] of one.probabilities as [number, number][]) {
    expect((probabilities[k - first] as number) / probability).toBeCloseTo(1, 9);
  }
});

test('leaves out nothing that counts', () => {
  const { probabilities } = hypergeometric(30_000, 6_000, 60_000);
  expect(probabilities.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 12);
  expect(probabilities.length).toBeLessThan(1200);
  expect(Math.max(probabilities[0] as number, probabilities.at(-1) as number)).toBeLessThan(1e-30);
});
