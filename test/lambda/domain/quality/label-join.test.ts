import { completenessOf } from '../../../../lambda/domain/quality/completeness';
import { type Answer, LabelJoin } from '../../../../lambda/domain/quality/label-join';
import { metricsOfRows } from '../../../../lambda/domain/quality/labelled-metrics';
import { qualityFigures } from '../../../../lambda/domain/quality/quality-figures';
import { IdSample } from '../../../../lambda/domain/statistics/id-sample';

const BINARY = { type: 'binary' } as const;
const THREE = { type: 'multiClass', classes: 3 } as const;
const HOUR = 3_600_000;

function answersOf(answers: Readonly<Record<string, Answer>>, capacity = 1000): IdSample<Answer> {
  const sample = new IdSample<Answer>(capacity);
  for (const [id, answer] of Object.entries(answers)) sample.add(id, answer);
  return sample;
}

test('rows are in the order of their answers, with requests and hours as units', () => {
  const answers = answersOf({
    late: { time: 30 * HOUR + 5, predictions: [0.1, 0.2] },
    early: { time: 28 * HOUR, predictions: [0.9] },
  });
  const join = new LabelJoin(answers, BINARY, 'first');
  join.add({ id: 'late', values: [0, 1] });
  join.add({ id: 'early', values: [1], weight: 3 });
  const { rows } = join.result();
  expect(rows).toEqual({
    labels: Float64Array.of(1, 0, 1),
    predictions: Float64Array.of(0.9, 0.1, 0.2),
    requests: Uint32Array.of(0, 1, 1),
    hours: Uint32Array.of(0, 2, 2),
    times: Float64Array.of(28 * HOUR, 30 * HOUR + 5, 30 * HOUR + 5),
    weights: Float64Array.of(3, 1, 1),
  });
});

test('of a sample of the requests, labels of the others count nowhere', () => {
  const ids = Array.from({ length: 4000 }, (_, index) => `request-${index}`);
  const answers = answersOf(Object.fromEntries(ids.map((id) => [id, { time: 0, predictions: [0.9] }])), 1000);
  const join = new LabelJoin(answers, BINARY, 'first');
  for (const id of ids) join.add({ id, values: [1] });
  join.addUnreadable(40, 'some');
  const joined = join.result();
  expect(joined).toMatchObject({ share: 0.25, unanswered: 0, unusable: 40, labelled: answers.size });
  expect(completenessOf(joined)).toMatchObject({ share: 1, sampled: 0.25, requests: answers.size });
  // 40 lines of some 4,000, although a quarter of the labels is looked at.
  expect(joined.unusableShare).toBeCloseTo(10 / (10 + answers.size), 12);
});

test('many ids without a request are counted within a few per cent, in bounded memory', () => {
  const join = new LabelJoin(answersOf({ known: { time: 0, predictions: [1] } }), BINARY, 'first');
  for (let i = 0; i < 150_000; i++) join.add({ id: `unknown-${i % 125_000}`, values: [1] });
  expect(join.result().unanswered / 125_000).toBeCloseTo(1, 1);
});

test('several classes have log loss if all their probabilities are known', () => {
  const answer = (probabilities?: readonly number[]): Answer => ({
    time: 0,
    predictions: [2],
    ...(probabilities && { probabilities }),
  });
  const rowsOf = (answers: Readonly<Record<string, Answer>>) => {
    const join = new LabelJoin(answersOf(answers), THREE, 'first');
    for (const id of Object.keys(answers)) join.add({ id, values: [2] });
    return join.result().rows;
  };
  const watched = { name: 'logLoss', classes: 3 } as const;
  const figures = qualityFigures(
    rowsOf({ a: answer([0.1, 0.1, 0.8]), b: answer([0.3, 0.3, 0.4]) }),
    THREE,
    watched,
  );
  expect(figures.find(({ metric }) => metric === 'logLoss')?.value).toBeCloseTo(
    -(Math.log(0.8) + Math.log(0.4)) / 2,
    12,
  );
  const namesOf = (answers: Readonly<Record<string, Answer>>) =>
    metricsOfRows(rowsOf(answers), THREE, watched).map(({ name }) => name);
  expect(namesOf({ a: answer([0.1, 0.1, 0.8]), b: answer() })).toEqual(['accuracy', 'macroF1']);
  expect(namesOf({ a: answer([1, 2, 3]) })).toEqual(['accuracy', 'macroF1']);
});
