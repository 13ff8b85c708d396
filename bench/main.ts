import { canary } from './canary';
import { gate } from './gate';

/** Benchmarks by name: each prints figures of one run, beside those of named rivals. */
const BENCHMARKS: Readonly<Record<string, () => void>> = { canary, gate };

const name = process.argv[2] ?? '';
const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
if (benchmark) {
  benchmark();
} else {
  process.stderr.write(`which benchmark? npm run bench -- ${Object.keys(BENCHMARKS).join(' | ')}\n`);
  process.exitCode = 2;
}
