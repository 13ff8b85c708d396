import { batch } from './batch';
import { calibration } from './calibration';
import { canary } from './canary';
import { drift } from './drift';
import { findings } from './findings';
import { gate } from './gate';
import { labels } from './labels';
import { lifecycles } from './lifecycles';
import { serving } from './serving';
import { stream } from './stream';
import { synth } from './synth';
import { traffic } from './traffic';
import { validation } from './validation';

/** Benchmarks by name: each prints figures of one run, beside those of named rivals. */
const BENCHMARKS: Readonly<Record<string, (args: readonly string[]) => unknown>> = {
  batch,
  calibration,
  canary,
  drift,
  findings,
  gate,
  labels,
  lifecycles,
  validation,
  serving,
  stream,
  synth,
  traffic,
};

const name = process.argv[2] ?? '';
const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
if (benchmark) {
  benchmark(process.argv.slice(3));
} else {
  process.stderr.write(`which benchmark? npm run bench -- ${Object.keys(BENCHMARKS).join(' | ')}\n`);
  process.exitCode = 2;
}
