import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { line, Rivals, run } from './rivals';

const OURS = join(__dirname, 'serving', 'ours.js');
const SERVER = join(__dirname, 'serving', 'server.js');
const LOAD = join(__dirname, 'serving', 'load.js');
const STAND_IN = join(__dirname, 'serving', 'stand-in.js');
/** Rows of a request, and how often it is made in a round. */
const REQUESTS = [
  { rows: 1, times: 20_000 },
  { rows: 100, times: 1_000 },
  { rows: 1_000, times: 300 },
];
const HTTP_REQUESTS = [
  { rows: 1, times: 30_000 },
  { rows: 100, times: 2_000 },
];

interface Latency {
  readonly micros: readonly number[];
  readonly predictions: readonly number[];
}

/**
 * Time that the function takes for a request, with validation, routing, metrics and recording on, beside the
 * model alone and beside Python; and the time of a new process to its first answer. All take turns, so that
 * what else the machine does meets all of them.
 *
 * @param rounds of each. @default 5
 */
export async function serving([rounds = '5']: readonly string[]): Promise<void> {
  const rivals = await Rivals.install('serving');
  console.log(rivals.describe());
  const folder = mkdtempSync(join(tmpdir(), 'serving-'));
  try {
    rivals.run(['train', folder]);
    const ours = (what: string) => (rows: number, times: number) =>
      run<Latency>(process.execPath, [OURS, 'latency', folder, what, String(rows), String(times)]);
    const python = (library: string) => (rows: number, times: number) =>
      rivals.run<Latency>(['latency', folder, library, String(rows), String(times)]);
    const programs = {
      'the model alone (session.run)': ours('run'),
      'with its tensor': ours('tensor'),
      'with JSON in and out': ours('json'),
      'this: the whole handler': ours('handler'),
      'Python: onnxruntime and json': python('onnxruntime'),
      'Python: scikit-learn and json': python('scikit-learn'),
    };
    for (const { rows, times } of REQUESTS) {
      console.log(`\n${rows} rows of 20 features, 100 trees, microseconds`);
      line('', 'p50', 'p99', 'p50 ratio', 'p99 ratio');
      const found = new Map<string, number[]>();
      const answers = new Map<string, readonly number[]>();
      for (let round = 0; round < Number(rounds); round++) {
        for (const [title, program] of Object.entries(programs)) {
          const { micros, predictions } = program(rows, times);
          found.set(title, [...(found.get(title) ?? []), ...micros]);
          answers.set(title, predictions);
        }
      }
      const reference = figures(found.get('with JSON in and out') as number[]);
      for (const [title, micros] of found) {
        const { p50, p99 } = figures(micros);
        const ratios = [p50 / reference.p50, p99 / reference.p99].map((ratio) => ratio.toFixed(2));
        line(title, p50.toFixed(0), p99.toFixed(0), ...ratios);
      }
      sameAnswers(answers.get('this: the whole handler'), answers.get('Python: onnxruntime and json'));
    }
    await throughput(rivals, folder, Number(rounds));
    await coldStarts(rivals, folder, Number(rounds));
    swaps(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Throughput {
  readonly perSecond: number;
  readonly predictions: readonly number[];
}

/** Requests over HTTP that a server answers with one processor. */
async function throughput(rivals: Rivals, folder: string, rounds: number): Promise<void> {
  if (process.platform !== 'linux') {
    console.log('\nrequests over HTTP are measured on Linux, which keeps a process to one processor');
    return;
  }
  const servers = {
    'this: Node.js and the handler': [process.execPath, '--no-warnings', SERVER, folder],
    'FastAPI, pydantic, onnxruntime': rivals.command('servers.py', 'pydantic', folder),
    'FastAPI, orjson, onnxruntime': rivals.command('servers.py', 'orjson', folder),
  };
  for (const { rows, times } of HTTP_REQUESTS) {
    console.log(`\n${rows} rows over HTTP, 16 connections, requests for a second of the server's processor`);
    line('', 'median', 'this is');
    const found = new Map<string, number[]>();
    for (let round = 0; round < rounds; round++) {
      for (const [title, command] of Object.entries(servers)) {
        const [program = '', ...args] = ['taskset', '-c', '0', ...command];
        const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        const port = String((await once(server.stdout, 'data'))[0]).trim();
        const asks = [LOAD, folder, port, String(server.pid), String(rows), String(times)];
        const { perSecond } = run<Throughput>(process.execPath, asks);
        found.set(title, [...(found.get(title) ?? []), perSecond]);
        server.kill('SIGKILL');
        await once(server, 'exit');
      }
    }
    const [ours = 1] = [...found.values()].map((each) => figures(each).p50);
    for (const [title, each] of found) {
      const { p50 } = figures(each);
      line(title, p50.toFixed(0), `${(ours / p50).toFixed(2)}x`);
    }
  }
}

/** @throws Error unless answers are the same, bit for bit */
function sameAnswers(ours: readonly number[] = [], theirs: readonly number[] = []): void {
  const differ = ours.findIndex((one, index) => one !== theirs[index]);
  if (ours.length === 0 || ours.length !== theirs.length || differ >= 0) {
    throw new Error(`row ${differ + 1} is ${ours[differ]} here, and ${theirs[differ]} with Python`);
  }
}

function figures(micros: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = [...micros].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] as number;
  return { p50: at(0.5), p99: at(0.99) };
}

interface Swaps {
  /** Microseconds of requests, while nothing is loaded and while the next version is. */
  readonly quiet: readonly number[];
  readonly swapping: readonly number[];
  /** Resident, after a tenth of the versions and after all. */
  readonly megabytes: readonly [number, number];
}

const VERSIONS = 1_000;

function swaps(folder: string): void {
  const { quiet, swapping, megabytes } = run<Swaps>(process.execPath, [
    OURS,
    'swaps',
    folder,
    String(VERSIONS),
  ]);
  console.log(`\n${VERSIONS} versions, one after the other, each loaded beside the one before`);
  line('', 'p50', 'p99');
  for (const [title, micros] of [
    ['microseconds of a request', quiet],
    ['while the next one is loaded', swapping],
  ] as const) {
    const { p50, p99 } = figures(micros);
    line(title, p50.toFixed(0), p99.toFixed(0));
  }
  const [early, late] = megabytes.map((each) => each.toFixed(0));
  console.log(`  memory after ${VERSIONS / 10} versions ${early} MB, after all ${late} MB`);
}

async function coldStarts(rivals: Rivals, folder: string, rounds: number): Promise<void> {
  console.log('\nfrom a new process to its first answer, model in S3, milliseconds');
  line('', 'median', 'ratio');
  // A process of its own, for these programs are waited for.
  const standIn = spawn(process.execPath, [STAND_IN, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = (await once(standIn.stdout, 'data')).map(String);
  const programs = {
    'Python: boto3 and onnxruntime': () => void rivals.run(['cold', folder, 'onnxruntime', url as string]),
    'Python: boto3 and scikit-learn': () => void rivals.run(['cold', folder, 'scikit-learn', url as string]),
    'this: the whole handler': () => void run(process.execPath, [OURS, 'cold', folder, url as string]),
  };
  const found = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [title, program] of Object.entries(programs)) {
      const start = performance.now();
      program();
      found.set(title, [...(found.get(title) ?? []), performance.now() - start]);
    }
  }
  standIn.kill();
  const [reference = 1] = [...found.values()].map((times) => figures(times).p50);
  for (const [title, times] of found) {
    const { p50 } = figures(times);
    line(title, p50.toFixed(0), (p50 / reference).toFixed(2));
  }
}
