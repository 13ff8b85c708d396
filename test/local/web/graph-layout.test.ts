import fc from 'fast-check';
import { type GraphLayout, layoutGraph, type PlacedNode } from '../../../local/web/graph/graph-layout';
import { stateGraph } from '../../../local/web/graph/state-graph';

type States = Record<string, object>;

function layoutOf(states: States): GraphLayout {
  const [StartAt] = Object.keys(states);
  return layoutGraph(stateGraph(JSON.stringify({ StartAt, States: states })));
}

function placeOf(layout: GraphLayout, name: string): PlacedNode {
  return layout.nodes.find((node) => node.name === name) as PlacedNode;
}

function overlaps(layout: GraphLayout): string[] {
  return layout.nodes.flatMap((a, index) =>
    layout.nodes
      .slice(index + 1)
      .filter(
        (b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
      )
      .map((b) => `${a.name} and ${b.name}`),
  );
}

/** Ways that run through a state that they have nothing to do with. */
function trespasses({ nodes, edges }: GraphLayout): string[] {
  return edges.flatMap(({ from, to, path }) =>
    nodes
      .filter(({ name }) => name !== from && name !== to)
      .filter((node) => stretches(path).some((stretch) => isInside(stretch, node)))
      .map(({ name }) => `${from} → ${to} through ${name}`),
  );
}

/** The boxes around each part of a path. */
function stretches(path: string): { xs: number[]; ys: number[] }[] {
  let [x, y] = [0, 0];
  return [...path.matchAll(/([MLQCV])([^MLQCV]+)/g)].map(([, command, text = '']) => {
    const numbers = text.split(/[ ,]/).map(Number);
    const xs = command === 'V' ? [x] : numbers.filter((_, index) => index % 2 === 0);
    const ys = command === 'V' ? numbers : numbers.filter((_, index) => index % 2 === 1);
    const part = { xs: command === 'M' ? xs : [x, ...xs], ys: command === 'M' ? ys : [y, ...ys] };
    [x, y] = [xs.at(-1) as number, ys.at(-1) as number];
    return part;
  });
}

function isInside({ xs, ys }: { xs: number[]; ys: number[] }, node: PlacedNode): boolean {
  return (
    Math.max(...xs) > node.x + 1 &&
    Math.min(...xs) < node.x + node.width - 1 &&
    Math.max(...ys) > node.y + 1 &&
    Math.min(...ys) < node.y + node.height - 1
  );
}

const choose = (...names: string[]) => ({
  Type: 'Choice',
  Choices: names.slice(1).map((Next) => ({ Condition: '{% true %}', Next })),
  Default: names[0],
});
const task = (Next: string, onError?: string) => ({
  Type: 'Task',
  Next,
  ...(onError && { Catch: [{ ErrorEquals: ['States.ALL'], Next: onError }] }),
});

/**
 * As releases are: a loop that waits, a way around, and one handler of all errors with a course of its own.
 */
const RELEASE: States = {
  Plan: task('Create', 'Refused'),
  Refused: { Type: 'Fail' },
  Create: task('Wait', 'Restore'),
  Wait: { Type: 'Wait', Seconds: 1, Next: 'Describe' },
  Describe: task('Ready', 'Restore'),
  Ready: choose('Restore', 'Shift', 'Wait', 'Record'),
  Shift: task('Record', 'Restore'),
  Record: task('Delete', 'Restore'),
  Delete: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'Config', States: { Config: { Type: 'Task', End: true } } },
      { StartAt: 'Model', States: { Model: task('Gone'), Gone: { Type: 'Pass', End: true } } },
    ],
    Next: 'Released',
  },
  Released: { Type: 'Succeed' },
  Restore: task('RolledBack'),
  RolledBack: { Type: 'Succeed' },
};

/** State machines of up to 20 states that lead anywhere, most of them on. */
const machines = fc.integer({ min: 1, max: 20 }).chain((count) => {
  const anywhere = fc.integer({ min: 0, max: count - 1 }).map((index) => `State${index}`);
  const state = fc.oneof(
    fc.constant({ Type: 'Succeed' }),
    fc.array(anywhere, { minLength: 1, maxLength: 4 }).map((names) => choose(...names)),
    fc.tuple(anywhere, fc.option(anywhere, { nil: undefined })).map(([next, onError]) => task(next, onError)),
  );
  return fc
    .array(state, { minLength: count, maxLength: count })
    .map((states): States => Object.fromEntries(states.map((one, index) => [`State${index}`, one])));
});

describe('the layout of a state machine', () => {
  test('puts states that follow each other straight below each other', () => {
    const layout = layoutOf({ A: task('B'), B: task('C'), C: { Type: 'Succeed' } });
    const middles = layout.nodes.map(({ x, width }) => x + width / 2);
    expect(new Set(middles).size).toBe(1);
    expect(layout.nodes.map(({ row }) => row)).toEqual([0, 1, 2]);
  });

  test('puts what comes together again below all that lead there', () => {
    const layout = layoutOf({
      Choose: choose('Short', 'Long'),
      Short: task('End'),
      Long: task('Longer'),
      Longer: task('End'),
      End: { Type: 'Succeed' },
    });
    expect(placeOf(layout, 'Short').row).toBe(1);
    expect(placeOf(layout, 'End').row).toBe(3);
    expect(overlaps(layout)).toEqual([]);
  });

  test('leads loops up beside the states that they repeat', () => {
    const layout = layoutOf({
      Wait: task('Look'),
      Look: task('Ready'),
      Ready: choose('Done', 'Wait'),
      Done: { Type: 'Succeed' },
    });
    expect(layout.nodes.map(({ row }) => row)).toEqual([0, 1, 2, 3]);
    const { path } = layout.edges.find(({ from, to }) => from === 'Ready' && to === 'Wait') as {
      path: string;
    };
    const xs = [...path.matchAll(/(-?[\d.]+),/g)].map(([, x]) => Number(x));
    const lefts = layout.nodes.map(({ x }) => x);
    expect(Math.min(...xs)).toBeLessThan(Math.min(...lefts));
  });

  test('puts a handler of many errors beside the ordinary course, with what follows on it', () => {
    const layout = layoutOf(RELEASE);
    const ordinary = layout.nodes.filter(({ name }) => !['Restore', 'RolledBack'].includes(name));
    const right = Math.max(...ordinary.map(({ x, width }) => x + width));
    expect(placeOf(layout, 'Restore').x).toBeGreaterThan(right);
    expect(placeOf(layout, 'Restore').row).toBe(2);
    expect(placeOf(layout, 'RolledBack').row).toBe(3);
  });

  test('leaves nothing on top of anything else, no way through a state, and everything inside its bounds', () => {
    const layout = layoutOf(RELEASE);
    expect(overlaps(layout)).toEqual([]);
    for (const { x, y, width, height } of layout.nodes) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(layout.width);
      expect(y + height).toBeLessThanOrEqual(layout.height);
    }
    expect(layout.edges).toHaveLength(17);
    expect(trespasses(layout)).toEqual([]);
  });

  test('draws branches inside of their state', () => {
    const { width, height, contents } = placeOf(layoutOf(RELEASE), 'Delete');
    expect(contents.map(({ layout }) => layout.nodes.map(({ name }) => name))).toEqual([
      ['Config'],
      ['Model', 'Gone'],
    ]);
    for (const { x, y, layout } of contents) {
      expect(x + layout.width).toBeLessThanOrEqual(width);
      expect(y + layout.height).toBeLessThanOrEqual(height);
    }
  });

  test('has a place for states that nothing leads to', () => {
    const layout = layoutOf({ A: { Type: 'Succeed' }, Forgotten: { Type: 'Succeed' } });
    expect(layout.nodes.map(({ name }) => name)).toEqual(['A', 'Forgotten']);
    expect(overlaps(layout)).toEqual([]);
  });

  test('draws a state that leads to itself', () => {
    const layout = layoutOf({ Again: choose('End', 'Again'), End: { Type: 'Succeed' } });
    expect(layout.edges.find(({ to }) => to === 'Again')?.path).toMatch(/^M/);
  });

  test('keeps states apart, and ways off them, in any state machine', () => {
    fc.assert(
      fc.property(machines, (states) => {
        const layout = layoutOf(states);
        expect(layout.nodes).toHaveLength(Object.keys(states).length);
        expect(overlaps(layout)).toEqual([]);
        expect(trespasses(layout)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
