import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { spentAlpha } from '../lambda/domain/statistics/alpha-spending';
import { pairedDeLong } from '../lambda/domain/statistics/delong';
import { ensurePythonEnvironment } from '../local/containers/python-environment';
import { promotionCurves } from './gate-picture';
import {
  drawErrors,
  drawHoldout,
  drawRetraining,
  drawSimilarErrors,
  judge,
  ROWS,
  scoresOf,
} from './gate-simulation';
import { Random } from './random';

const ALPHA = 0.05;
const RETRAININGS = 20_000;
const GROUPED_RETRAININGS = 5_000;
const HOLDOUTS = 1_000;
const RETRAININGS_PER_HOLDOUT = 50;
const CURVE_RETRAININGS = 3_000;
const MANY_ROWS = 1_000_000;
const ROOT = join(__dirname, '..', '..');

/** How often the gate promotes what it should and should not, against the rule that most pipelines have. */
export async function gate(): Promise<void> {
  console.log(`Node ${process.version}, ${cpus()[0]?.model}`);
  console.log(
    `P(promote), ${ROWS} rows, 10 % of class 1, champion's AUC .80, ${RETRAININGS} retrainings, each on a fresh holdout`,
  );
  line('', 'challenger > champion', 'DeLong at .05', 'this, first evaluation');
  for (const [title, lead, goal] of [
    ['equal', 0, 'at most .055'],
    ['worse by .01', -0.01, 'at most .005'],
    ['better by .02', 0.02, 'at least .80'],
  ] as const) {
    const { naive, deLong, gate } = rates(RETRAININGS, lead, 1);
    line(`${title} (goal: ${goal})`, naive, deLong, gate);
  }

  console.log(`\n${GROUPED_RETRAININGS} retrainings with 40 rows a group, equal models (goal: at most .06)`);
  line('', 'challenger > champion', 'plain DeLong at .05', 'this, with groups');
  const grouped = rates(GROUPED_RETRAININGS, 0, 40);
  line('equal', grouped.naive, grouped.ungrouped, grouped.gate);

  console.log(`\n${RETRAININGS_PER_HOLDOUT} retrainings of equal models on one holdout, ${HOLDOUTS} times`);
  const promoted = promotionsOnOneHoldout();
  line('', 'challenger > champion', 'DeLong at .05 each', 'this, alpha spent');
  line('promotions (goal: at most .05)', promoted.naive, promoted.deLong, promoted.gate);

  const leads = [-0.02, -0.01, 0, 0.01, 0.02, 0.03, 0.04];
  const curve = leads.map((lead) => ({ lead, ...rates(CURVE_RETRAININGS, lead, 1) }));
  const picture = join(ROOT, 'docs', 'images', 'promotion-gate.svg');
  writeFileSync(picture, promotionCurves(curve));
  console.log('\nThe picture of the guide was drawn: docs/images/promotion-gate.svg');
  console.log('Where it loses: of challengers that are better, so many are kept out');
  for (const { lead, naive, gate } of curve.filter((point) => point.lead > 0)) {
    line(`better by ${lead}`, 1 - naive, Number.NaN, 1 - gate);
  }

  await deLongOfManyRows();
}

function rates(count: number, lead: number, rowsPerGroup: number) {
  const random = new Random(1000 * Math.round(100 * lead) + rowsPerGroup);
  const found = { naive: 0, deLong: 0, gate: 0, ungrouped: 0 };
  for (let i = 0; i < count; i++) {
    const sample = drawRetraining(random, lead, rowsPerGroup);
    const { naive, gate } = judge(sample, spentAlpha(ALPHA, 1));
    if (naive) found.naive++;
    if (gate) found.gate++;
    if (judge(sample, ALPHA).gate) found.deLong++;
    if (sample.groups && judge({ ...sample, groups: undefined }, ALPHA).gate) found.ungrouped++;
  }
  return {
    naive: found.naive / count,
    deLong: found.deLong / count,
    gate: found.gate / count,
    ungrouped: found.ungrouped / count,
  };
}

/** Each rule has its own champion, which each challenger is much like. */
function promotionsOnOneHoldout() {
  const random = new Random(7);
  const promoted = { naive: 0, deLong: 0, gate: 0 };
  for (let i = 0; i < HOLDOUTS; i++) {
    const holdout = drawHoldout(random);
    const first = drawErrors(random, holdout);
    for (const rule of ['naive', 'deLong', 'gate'] as const) {
      let champion = first;
      for (let k = 1; k <= RETRAININGS_PER_HOLDOUT; k++) {
        const challenger = drawSimilarErrors(random, holdout, champion);
        const sample = {
          ...holdout,
          champion: scoresOf(holdout, champion, 0.8),
          challenger: scoresOf(holdout, challenger, 0.8),
        };
        const said = judge(sample, rule === 'gate' ? spentAlpha(ALPHA, k) : ALPHA);
        if (!(rule === 'naive' ? said.naive : said.gate)) continue;
        champion = challenger;
        promoted[rule]++;
      }
    }
  }
  return {
    naive: promoted.naive / HOLDOUTS,
    deLong: promoted.deLong / HOLDOUTS,
    gate: promoted.gate / HOLDOUTS,
  };
}

async function deLongOfManyRows(): Promise<void> {
  console.log(`\nDeLong's test on ${MANY_ROWS} rows, seconds, median of 5 (goal: at most 1)`);
  const seconds = deLongSeconds();
  line('this', seconds);
  const { python } = await ensurePythonEnvironment({ onProgress: (text) => console.log(`  ${text}`) });
  const { stdout } = spawnSync(python, [join(ROOT, 'bench', 'delong.py'), String(MANY_ROWS)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { versions, seconds: pythons } = JSON.parse(stdout) as { versions: string; seconds: number };
  line(versions, pythons);
  console.log(`  ${ratio(pythons, seconds)}`);
}

function ratio(theirs: number, ours: number): string {
  return theirs >= ours
    ? `this is ${(theirs / ours).toFixed(1)} times as fast`
    : `this takes ${(ours / theirs).toFixed(1)} times as long`;
}

function deLongSeconds(): number {
  const random = new Random(11);
  const column = (of: () => number) => Float64Array.from({ length: MANY_ROWS }, of);
  const labels = column(() => Number(random.uniform() < 0.1));
  const [first, second] = [column(() => random.normal()), column(() => random.normal())];
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    pairedDeLong(labels, first, second);
    return (performance.now() - start) / 1000;
  }).sort((a, b) => a - b);
  return times[2] as number;
}

function line(title: string, ...cells: readonly (string | number)[]): void {
  const text = (cell: string | number) =>
    typeof cell === 'string' ? cell : Number.isNaN(cell) ? '' : cell.toFixed(4);
  console.log([`  ${title}`.padEnd(40), ...cells.map((cell) => text(cell).padStart(24))].join(''));
}
