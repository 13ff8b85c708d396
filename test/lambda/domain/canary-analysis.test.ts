import { analyseCanary, type VariantStatistics } from '../../../lambda/domain/canary-analysis';
import reference from '../../reference/drift.json';

const healthy = (rest: Partial<VariantStatistics> = {}): VariantStatistics => ({
  invocations: 1000,
  errors: 0,
  latencyP95Micros: 20_000,
  ...rest,
});

const verdict = (challenger: Partial<VariantStatistics>, champion: Partial<VariantStatistics> = {}) =>
  analyseCanary({ champion: healthy(champion), challenger: healthy(challenger) }).verdict;

test('a challenger as good as the champion goes on', () => {
  const decision = analyseCanary({ champion: healthy(), challenger: healthy({ errors: 1 }) });
  expect(decision.verdict).toBe('promote');
  expect(decision.reasons.map(({ rule }) => rule)).toEqual(['error-rate', 'invocations', 'latency']);
});

test('a challenger that fails more often is rolled back', () => {
  expect(verdict({ errors: 60 }, { errors: 10 })).toBe('rollback');
});

test('both failing alike is no fault of the challenger', () => {
  expect(verdict({ errors: 60 }, { errors: 60 })).toBe('promote');
});

test('ten failures in ten requests need no more requests', () => {
  expect(verdict({ invocations: 10, errors: 10 })).toBe('rollback');
});

test('too few requests hold the release', () => {
  expect(verdict({ invocations: 99 })).toBe('hold');
  expect(verdict({ invocations: 100 })).toBe('promote');
  expect(verdict({ invocations: 0, latencyP95Micros: undefined })).toBe('hold');
  expect(verdict({}, { invocations: 99 })).toBe('hold');
});

test('a slow challenger is rolled back, on requests enough', () => {
  expect(verdict({ latencyP95Micros: 30_000 })).toBe('promote');
  expect(verdict({ latencyP95Micros: 30_001 })).toBe('rollback');
  expect(verdict({ latencyP95Micros: 30_001, invocations: 50 })).toBe('hold');
});

test('a few milliseconds more are tolerated, whatever their ratio', () => {
  expect(verdict({ latencyP95Micros: 11_000 }, { latencyP95Micros: 1_000 })).toBe('promote');
  expect(verdict({ latencyP95Micros: 11_001 }, { latencyP95Micros: 1_000 })).toBe('rollback');
});

test('a latency that is not known yet holds the release', () => {
  expect(verdict({ latencyP95Micros: undefined })).toBe('hold');
});

test('a sure increase that is tolerated does not roll back', () => {
  expect(verdict({ invocations: 100_000, errors: 400 }, { invocations: 100_000, errors: 100 })).toBe(
    'promote',
  );
});

test.each([{ errors: 1001 }, { errors: -1 }, { invocations: Number.NaN }, { latencyP95Micros: Number.NaN }])(
  'impossible statistics hold the release: %p',
  (challenger) => {
    const decision = analyseCanary({ champion: healthy(), challenger: healthy(challenger) });
    expect(decision.verdict).toBe('hold');
    expect(decision.reasons[0]?.rule).toBe('statistics');
  },
);

test.each(reference.fisherGreater as [number, number, number, number, number][])(
  "the error test is Fisher's, as in scipy: %p of %p against %p of %p",
  (errors, invocations, championErrors, championInvocations, p) => {
    const at = (alpha: number) =>
      analyseCanary({
        champion: healthy({ invocations: championInvocations, errors: championErrors }),
        challenger: healthy({ invocations, errors }),
        policy: { alpha, toleratedErrorRateIncrease: -1 },
      }).reasons[0]?.verdict;
    expect(at(p * (1 + 1e-8))).toBe('rollback');
    expect(at(p * (1 - 1e-8))).toBe('promote');
  },
);
