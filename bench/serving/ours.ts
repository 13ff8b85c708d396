import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { LoadedModels } from '../../lambda/inference/loaded-models';
import { DeployedFunction } from './deployed-function';
import { StandIn } from './stand-in';

/** Answers a body, as the response of an HTTP request. */
type Answerer = (body: string) => Promise<string>;

/**
 * Usage: `node ours.js latency <folder> <what> <rows> <times>`, `cold <folder> <url>` or
 * `swaps <folder> <versions>`; prints as `rivals.py` does.
 */
async function main([program = '', folder = '', ...args]: readonly string[]): Promise<object> {
  if (program === 'cold') return cold(folder, args[0] as string);
  return program === 'swaps' ? swaps(folder, Number(args[0])) : latency(folder, args);
}

/** Requests while one version takes the place of another, each loaded beside the one before. */
async function swaps(folder: string, versions: number): Promise<object> {
  const onnx = readFileSync(join(folder, 'model.onnx'));
  const rows = (JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8')) as number[][]).slice(0, 1);
  const models = new LoadedModels({ read: async () => ({ onnx }) });
  const [quiet, swapping]: [number[], number[]] = [[], []];
  let megabytes = 0;
  for (let i = 0; i < versions; i++) {
    models.keep([`1.${i}.0`, `1.${i + 1}.0`]);
    const model = await models.get(`1.${i}.0`);
    for (const [times, count] of [
      [swapping, 5],
      [quiet, 20],
    ] as const) {
      for (let request = 0; request < count; request++) {
        const start = process.hrtime.bigint();
        await model.predict(rows);
        times.push(Number(process.hrtime.bigint() - start) / 1000);
      }
      if (times === swapping) await models.get(`1.${i + 1}.0`);
    }
    if (i === versions / 10) megabytes = process.memoryUsage().rss / 1e6;
  }
  return { quiet, swapping, megabytes: [megabytes, process.memoryUsage().rss / 1e6] };
}

/**
 * Microseconds of a request, one after the other, once code is warm. Requests of one row are shorter than the
 * system's time slices: those are left out during which it ran another program on the processor.
 */
async function latency(folder: string, [what, rows, times]: readonly string[]): Promise<object> {
  const all = JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8')) as number[][];
  const body = JSON.stringify({ rows: all.slice(0, Number(rows)) });
  const standIn = await StandIn.start(folder);
  const deployed = what === 'handler' ? await DeployedFunction.start(standIn) : undefined;
  const answer = deployed
    ? async (text: string) => (await deployed.answer(text)).body
    : await answererOf(what as string, folder, body);
  const micros: number[] = [];
  let text = '';
  for (let i = 0; i < Number(times); i++) {
    const { involuntaryContextSwitches } = process.resourceUsage();
    const start = process.hrtime.bigint();
    text = await answer(body);
    const end = process.hrtime.bigint();
    const isPreempted = process.resourceUsage().involuntaryContextSwitches > involuntaryContextSwitches;
    if (i >= Number(times) / 5 && !(rows === '1' && isPreempted)) micros.push(Number(end - start) / 1000);
    await deployed?.afterAnswer();
  }
  const { predictions = [] } = text === '' ? {} : (JSON.parse(text) as { predictions?: unknown });
  return { micros, predictions };
}

/** What is measured: the model alone, with its tensor, or with JSON besides. */
async function answererOf(what: string, folder: string, body: string): Promise<Answerer> {
  const session = await InferenceSession.create(join(folder, 'model.onnx'));
  const name = session.inputNames[0] as string;
  const tensorOf = (rows: readonly (readonly number[])[]) => {
    const width = rows[0]?.length ?? 0;
    const data = new Float32Array(rows.length * width);
    for (let row = 0; row < rows.length; row++) data.set(rows[row] as readonly number[], row * width);
    return new Tensor('float32', data, [rows.length, width]);
  };
  const run = async (tensor: Tensor) =>
    (await session.run({ [name]: tensor }, ['probabilities'])).probabilities?.data as Float32Array;
  const given = (JSON.parse(body) as { rows: number[][] }).rows;
  if (what === 'run') {
    const tensor = tensorOf(given);
    return async () => ((await run(tensor)).length > 0 ? '' : 'none');
  }
  if (what === 'tensor') return async () => ((await run(tensorOf(given))).length > 0 ? '' : 'none');
  return async (text) => {
    const probabilities = await run(tensorOf((JSON.parse(text) as { rows: number[][] }).rows));
    return JSON.stringify({ predictions: Array.from(probabilities.filter((_, index) => index % 2 === 1)) });
  };
}

/** The first answer of a new process, whose model is in S3. */
async function cold(folder: string, url: string): Promise<object> {
  const deployed = DeployedFunction.cold(new URL(url).host);
  const [row] = JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8')) as number[][];
  const { predictions } = JSON.parse((await deployed.answer(JSON.stringify({ rows: [row] }))).body) as {
    predictions: number[];
  };
  return { prediction: predictions[0] };
}

const toParent = process.stdout.write.bind(process.stdout);
main(process.argv.slice(2)).then(
  (measured) => {
    toParent(`\n${JSON.stringify(measured)}\n`, () => process.exit());
  },
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
