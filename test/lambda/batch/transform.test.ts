import { BatchWorld, SIGNATURE } from './batch-world';

/** A run whose container gets the rows of one part. */
async function prepared(world: BatchWorld, text: string) {
  world.engine = 'transform';
  world.partBytes = 10_000;
  world.input.put('in/a.csv', text);
  const planned = await world.plan();
  const [part] = world.parts(planned) as [ReturnType<BatchWorld['parts']>[0]];
  return { planned, part, rows: (await world.prepare(part)).rows };
}

const ROWS = 'customer,plan,age\nada,free,50\nbob,free,old\ncy,"pa\nid",4\ndi,paid,3\n';

test('a container gets the columns of the model in their order, without rows that it could not take', async () => {
  const world = new BatchWorld();
  const { planned, rows } = await prepared(world, ROWS);
  expect(rows).toBe(2);
  expect(world.prepared(0)).toBe('50,free\n3,paid\n');
  expect(planned).toMatchObject({
    container: { ModelDataUrl: 's3://pipeline/models/1.0.0/model.tar.gz' },
    jobName: expect.stringMatching(/^batch-nightly-[0-9a-f]{16}$/),
  });
});

test('its answers are joined with the rows that it got, and the others keep their reasons', async () => {
  const world = new BatchWorld();
  const { part } = await prepared(world, ROWS);
  world.answer(0, ['0.5', '0.25']);
  expect(await world.join(part)).toEqual({ rows: 2, failedRows: 2 });
  await world.finish();
  const manifest = world.manifest();
  expect(manifest).toMatchObject({ engine: 'transform', modelVersion: '1.0.0', rows: 2, failedRows: 2 });
  expect(world.outputLines(manifest)).toEqual(['in/a.csv:2,ada,0.5,1.0.0', 'in/a.csv:6,di,0.25,1.0.0']);
  expect(world.errors(manifest).map(({ reason }) => reason)).toEqual([
    "column 'age' is 'old', but the function takes numbers only",
    'a cell has a line break, at which batch transform splits rows: replace it by a space',
  ]);
});

test('of several classes, the likeliest is the prediction, with all probabilities', async () => {
  const world = new BatchWorld();
  world.register('1.0.0', {
    ...SIGNATURE,
    outputs: [{ name: 'kind', type: 'probabilities', classes: ['a', 'b', 'c'] }],
  });
  const { part } = await prepared(world, 'customer,plan,age\nada,free,50\nbob,free,51\n');
  world.answer(0, ['0.2,0.7,0.1', '0.5,0.2,0.3']);
  await world.join(part);
  await world.finish();
  expect(world.outputLines(world.manifest())).toEqual([
    'in/a.csv:2,ada,b,"[0.2,0.7,0.1]",1.0.0',
    'in/a.csv:3,bob,a,"[0.5,0.2,0.3]",1.0.0',
  ]);
});

test.each([
  ['fewer', ['0.5'], /has 1 answers, and the container got more rows/],
  ['more', ['0.5', '0.25', '0.1'], /has 3 answers, and the container got fewer rows/],
])('a container that gives %s answers than it got rows fails the part', async (_, answers, problem) => {
  const world = new BatchWorld();
  const { part } = await prepared(world, ROWS);
  world.answer(0, answers);
  await expect(world.join(part)).rejects.toThrow(problem);
});

test('a part without any row that the container could take needs no answers', async () => {
  const world = new BatchWorld();
  const { part } = await prepared(world, 'customer,plan,age\nbob,free,old\n');
  expect(world.own.keys('batch/nightly/night/prepared/')).toEqual([]);
  expect(await world.join(part)).toEqual({ rows: 0, failedRows: 1 });
});
