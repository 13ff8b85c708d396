import type { ModelSignature } from '../../../contracts/model-signature';
import { served } from '../../reference/onnx-graphs.json';
import { modelArchive } from '../serverless-inference/stored-model';
import { BatchWorld } from './batch-world';

const SIGNATURE: ModelSignature = {
  version: 1,
  inputs: [
    { name: 'visits', type: 'number', optional: false },
    { name: 'country', type: 'category', optional: false, categories: ['DE', 'FR'] },
    { name: 'plan', type: 'category', optional: false, categories: ['basic', 'pro'] },
    { name: 'age', type: 'number', optional: true },
  ],
  outputs: [{ name: 'churn', type: 'probability' }],
};
const ROWS = 'age,country,plan,visits,customer\n40,"DE\n",pro,3,ada\n,FR,basic,many,bob\n,FR,basic,2,cy\n';
const RUN = 'batch/nightly/night/';

/** A run whose job gets the rows of one part. */
async function prepared(text = ROWS) {
  const world = new BatchWorld();
  world.engine = 'spark';
  world.partBytes = 10_000;
  world.register('1.0.0', SIGNATURE);
  const graph = served['a pipeline with encoders and imputers, an input for each column'];
  world.own.put('models/1.0.0/model.tar.gz', modelArchive(graph.onnx));
  world.input.put('in/a.csv', text);
  const planned = await world.plan();
  const [part] = world.parts(planned) as [ReturnType<BatchWorld['parts']>[0]];
  await world.prepare(part);
  const answer = (...answers: object[]) =>
    world.own.put(`${RUN}scores/part-00000.jsonl`, answers.map((one) => `${JSON.stringify(one)}\n`).join(''));
  return { world, part, answer };
}

test('a Spark job gets the graph of the version, and the input that each of its columns fills', async () => {
  const { world } = await prepared();
  expect(world.own.bytes(`${RUN}model-1.0.0.onnx`).length).toBeGreaterThan(1000);
  const scoring = JSON.parse(world.own.text(`${RUN}scoring-1.0.0.json`)) as object;
  expect(scoring).toMatchObject({
    version: 1,
    columns: [
      { input: 'visits', at: 0, width: 1 },
      { input: 'country', at: 0, width: 1 },
      { input: 'plan', at: 0, width: 1 },
      { input: 'age', at: 0, width: 1 },
    ],
    isSingleRow: false,
    scores: [expect.stringMatching(/probabilities/)],
    others: [],
  });
});

test('a Spark job gets rows as lists of JSON, with missing cells, and without rows that cannot be read', async () => {
  const { world, part, answer } = await prepared();
  expect(world.own.text(`${RUN}prepared/part-00000.jsonl`)).toBe(
    '[3,"DE\\n","pro",40]\n[2,"FR","basic",null]\n',
  );
  answer({ problem: 'the model has not learned it' }, { prediction: 0.25 });
  expect(await world.join(part)).toEqual({ rows: 1, failedRows: 2 });
  await world.finish();
  const manifest = world.manifest();
  expect(manifest).toMatchObject({ engine: 'spark', modelVersion: '1.0.0', rows: 1, failedRows: 2 });
  expect(world.outputLines(manifest)).toEqual(['in/a.csv:5,cy,0.25,1.0.0']);
  expect(world.errors(manifest).map(({ reason }) => reason)).toEqual([
    'the model has not learned it',
    "column 'visits' is 'many', but the function takes numbers only",
  ]);
});

test('of several classes, the output has the name that the job found, with all probabilities', async () => {
  const { world, part, answer } = await prepared();
  const scored = { prediction: 'b', probabilities: [0.2, 0.7, 0.1] };
  answer(scored, scored);
  await world.join(part);
  await world.finish();
  expect(world.outputLines(world.manifest())[1]).toBe('in/a.csv:5,cy,b,"[0.2,0.7,0.1]",1.0.0');
});

test.each([
  ['fewer', 1, /has 1 answers, and the job got more rows/],
  ['more', 3, /has 3 answers, and the job got fewer rows/],
])('a Spark job that leaves %s answers than it got rows fails the part', async (_, answers, problem) => {
  const { world, part, answer } = await prepared();
  answer(...Array.from({ length: answers }, () => ({ prediction: 1 })));
  await expect(world.join(part)).rejects.toThrow(problem);
});

test('a part without any row that can be scored needs no answers of the Spark job', async () => {
  const { world, part } = await prepared('age,country,plan,visits,customer\n1,DE,pro,many,bob\n');
  expect(world.own.keys(`${RUN}prepared/`)).toEqual([]);
  expect(await world.join(part)).toEqual({ rows: 0, failedRows: 1 });
});

test('a version without a model in ONNX is not planned for Spark', async () => {
  const world = new BatchWorld();
  world.engine = 'spark';
  world.own.put('models/1.0.0/model.tar.gz', Buffer.from('no archive'));
  world.input.put('in/a.csv', 'customer,plan,age\nada,free,50\n');
  await expect(world.plan()).rejects.toThrow(/^version 1\.0\.0 cannot be scored by Spark: /);
  expect(world.own.keys('batch/nightly/night/plan')).toEqual([]);
});
