import { SeededRandom } from '../../../lambda/domain/statistics/seeded-random';
import { BatchWorld } from './batch-world';

const SEEDS = 1000;

/** The function was ended where it was. */
class Killed extends Error {}

/** Of rows that the container did not get, there are no answers. */
function unlessMissing(action: Promise<unknown>): Promise<unknown> {
  return action.catch((error: Error) => {
    if (error.name !== 'NoSuchKey') throw error;
  });
}

/** A file, and the lines in which its rows end. */
function randomFile(random: SeededRandom): { readonly text: string; readonly lines: number[] } {
  let text = 'customer,plan,age\n';
  let line = 1;
  const lines: number[] = [];
  for (let row = random.below(12); row >= 0; row--) {
    const isWide = random.below(6) === 0;
    const customer = isWide ? '"two\nlines"' : `c${row}`;
    const plan = ['free', 'paid', 'gold'][random.below(3)];
    line += isWide ? 2 : 1;
    lines.push(line);
    const last = row === 0 && random.below(2) === 0;
    text += `${customer},${plan},${random.below(80) - 5}${last ? '' : random.below(4) === 0 ? '\r\n' : '\n'}`;
    if (random.below(8) === 0 && row > 0) {
      text += '\n';
      line++;
    }
  }
  return { text, lines };
}

test(`a run that is killed anywhere goes on: in ${SEEDS} of them no row is lost, and none comes twice`, async () => {
  let kills = 0;
  const planning = new Set<string>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = new SeededRandom(seed);
    const world = new BatchWorld();
    world.register('2.0.0');
    world.partBytes = 16 + random.below(100);
    if (seed % 4 === 0) world.engine = 'transform';
    const files = Array.from({ length: 1 + random.below(3) }, (_, index) => ({
      key: `in/${index}.csv`,
      ...randomFile(random),
    }));
    const lines = new Map(
      files.map((file) => [world.input.put(file.key, file.text).versionId, file.lines] as const),
    );
    let killsLeft = 8;
    const interrupt = () => {
      if (killsLeft === 0 || random.below(6) > 0) return;
      killsLeft--;
      kills++;
      throw new Killed();
    };
    world.own.interrupt = interrupt;
    world.input.interrupt = interrupt;
    const unlessKilled = (action: Promise<unknown>) =>
      action.catch((error: Error) => {
        if (!(error instanceof Killed)) throw error;
        return undefined;
      });
    const replace = () => {
      world.champion = '2.0.0';
      const { versionId } = world.input.put('in/0.csv', 'customer,plan,age\nlate,free,1\n');
      lines.set(versionId, [2]);
    };
    const planned = await planSurviving();
    replace();
    /** As a workflow that starts again does: each step, from the first one on. */
    async function planSurviving() {
      for (;;) {
        const [one] = await Promise.allSettled([world.plan(), ...(random.below(4) ? [] : [world.plan()])]);
        if (one.status === 'fulfilled') return one.value;
        if (!(one.reason instanceof Killed)) throw one.reason;
        if (random.below(3) === 0) replace();
      }
    }
    for (;;) {
      const plan = (await unlessKilled(world.plan())) as typeof planned | undefined;
      if (!plan) continue;
      const parts = world.parts(plan);
      // Some parts are scored by two at once, and not in order.
      const order = [...parts, ...parts.filter(() => random.below(5) === 0)].sort(() => random.below(3) - 1);
      if (world.engine === 'lambda') {
        await Promise.all(order.map((part) => unlessKilled(world.score(part))));
      } else {
        // What was not prepared, the container does not get.
        await Promise.all(order.map((part) => unlessKilled(world.prepare(part))));
        for (const { part } of parts) world.answerAll(part);
        await Promise.all(order.map((part) => unlessKilled(unlessMissing(world.join(part)))));
      }
      try {
        await world.finish();
        break;
      } catch (error) {
        if (!(error instanceof Killed || (error as Error).name === 'MissingRows')) throw error;
      }
    }
    world.own.interrupt = () => {};
    const manifest = world.manifest();
    const scored = world
      .outputLines(manifest)
      .join('\n')
      .match(/in\/\d\.csv:\d+(?=,)/g);
    const failed = world.errors(manifest).map(({ rowId }) => rowId);
    // What was there when the plan was written, with the version of that moment.
    const expected = manifest.input.flatMap(({ key, versionId }) =>
      (lines.get(versionId) as number[]).map((line) => `${key}:${line}`),
    );
    const versions = new Set(
      world
        .outputLines(manifest)
        .join('\n')
        .match(/[12]\.0\.0(?=$|\n)/g),
    );
    const outcome = [seed, manifest.modelVersion, ...[...(scored ?? []), ...failed].sort()].join();
    // One assertion each: a thousand comparisons of lists take seconds.
    if (outcome !== [seed, planned.modelVersion, ...expected.sort()].join() || versions.size > 1)
      expect([outcome, ...versions]).toEqual([seed, planned.modelVersion, ...expected]);
    planning.add(planned.modelVersion);
  }
  expect(kills).toBeGreaterThan(SEEDS);
  // Input and champion have changed before some plans were written, and after others.
  expect(planning.size).toBe(2);
});
