import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeScoring } from '../../../lambda/plan-batch/write-scoring';
import { ensureSpark } from '../../../local/containers/spark';
import { served } from '../../reference/onnx-graphs.json';
import { modelArchive } from '../serverless-inference/stored-model';
import { MemoryBucket } from './memory-bucket';

jest.setTimeout(600_000);

interface Graph {
  readonly onnx: string;
  readonly rows: readonly unknown[];
  readonly columns?: readonly string[];
  readonly predictions: readonly unknown[];
  readonly probabilities?: readonly number[][];
  readonly tolerance?: number;
}

/** Scores each row of a graph by the script of Spark jobs, and a row that no graph takes. */
const SCRIPT = `
import io, json, sys
sys.path.insert(0, sys.argv[1])
import score_parts
found = {}
for name, graph in json.load(open(sys.argv[2])).items():
    model = score_parts.Model(bytes.fromhex(graph["onnx"]), graph["scoring"])
    found[name] = score_parts.answer_each(model, graph["rows"] + [[{}] * len(graph["rows"][0])])
class Bucket:
    def get_object(self, Bucket, Key):
        return {"Body": io.BytesIO(sys.argv[3].encode())}
    def put_object(self, Bucket, Key, Body):
        found["written"] = [json.loads(line) for line in Body.decode().split("\\n") if line]
class TextModel(score_parts.Model):
    def __init__(self):
        self.read_row = json.JSONDecoder(parse_float=score_parts.WrittenFloat).decode
    def predict(self, rows):
        return [{"prediction": score_parts.text_element(cell, 0)} for [cell] in rows]
score_parts.score_part(Bucket(), "bucket", "run/", "part-00000", TextModel())
print(json.dumps(found))
`;

/** Texts that hold what ends a line elsewhere, and numbers that Python writes in another way. */
const CELLS = ['a\u2028b\u0085c\u000bd', 1e-5, 1e-7, 1.5e21, 3, 0.1];

(process.env.IN_DEPTH_SPARK === '1' ? describe : describe.skip)('the script of Spark jobs', () => {
  const directory = mkdtempSync(join(tmpdir(), 'spark-graphs-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const graphs = Object.entries(served as unknown as Readonly<Record<string, Graph>>);
  let found: Record<string, { prediction?: unknown; probabilities?: number[]; problem?: string }[]>;

  beforeAll(async () => {
    const python = await ensureSpark(() => {});
    const given = await Promise.all(
      graphs.map(async ([name, { onnx, rows }]) => {
        const store = new MemoryBucket('pipeline');
        store.put('models/1.0.0/model.tar.gz', modelArchive(onnx));
        await writeScoring('night', '1.0.0', { store, batchName: 'nightly' });
        const scoring: unknown = JSON.parse(store.text('batch/nightly/night/scoring-1.0.0.json'));
        const model = store.bytes('batch/nightly/night/model-1.0.0.onnx').toString('hex');
        return [name, { onnx: model, scoring, rows }];
      }),
    );
    const file = join(directory, 'graphs.json');
    writeFileSync(file, JSON.stringify(Object.fromEntries(given)));
    const script = join(__dirname, '..', '..', '..', 'lib', 'batch', 'engines', 'spark');
    const prepared = CELLS.map((cell) => `${JSON.stringify([cell])}\n`).join('');
    found = JSON.parse(execFileSync(python, ['-c', SCRIPT, script, file, prepared], { encoding: 'utf8' }));
  }, 600_000);

  test.each(graphs)('answers as scikit-learn does, and sets a bad row aside: %s', (name, graph) => {
    const answers = found[name]?.slice(0, -1) ?? [];
    expect(found[name]?.at(-1)).toEqual({ problem: expect.stringContaining('but the model takes') });
    const { predictions, probabilities, tolerance = 1e-5 } = graph;
    const expected = [predictions, probabilities ?? []].flat(2);
    const scored = [answers.map((one) => one.prediction), answers.flatMap((one) => one.probabilities ?? [])];
    const values = scored.flat(2);
    expect(values).toHaveLength(expected.length);
    for (const [index, value] of expected.entries()) {
      if (typeof value !== 'number') expect(values[index]).toBe(value);
      else
        expect(Math.abs(Number(values[index]) - value)).toBeLessThan(
          tolerance * Math.max(1, Math.abs(value)),
        );
    }
  });

  test('reads texts and numbers as functions write them', () => {
    expect(found.written).toEqual(CELLS.map((cell) => ({ prediction: String(cell) })));
  });
});
