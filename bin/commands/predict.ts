import { type Command, Option } from 'commander';
import { readModelSignature } from '../../lambda/aws/model-signatures';
import { ArtifactStore } from '../../lambda/aws/store';
import { positiveInteger } from '../cli/arguments';
import { CliError } from '../cli/cli-error';
import { contextOf } from '../cli/command-context';
import { type FileRow, fileRows, withStreamAsFile } from '../cli/file-rows';
import { type ApiChoice, modelTarget, type Prediction } from '../cli/model-target';

interface PredictOptions extends ApiChoice {
  readonly format: 'csv' | 'jsonl';
  readonly rowsPerRequest: number;
}

export function addPredictCommand(program: Command): void {
  program
    .command('predict')
    .description('predict with the version in production: a line of output for each row')
    .argument(
      '[file]',
      'CSV with a header, JSON lines or Parquet, also packed with gzip; by default standard input',
    )
    .option('--api [name]', 'send rows to an HTTP API of the pipeline, signed with your keys')
    .option('--token <token>', 'token for an API that takes tokens')
    .addOption(new Option('--format <format>', 'of standard input').choices(['csv', 'jsonl']).default('csv'))
    .option('--rows-per-request <number>', 'rows of a request', positiveInteger, 100)
    .action(async (file: string | undefined, options: PredictOptions, command: Command) => {
      const predict = (path: string) => predictFile(path, options, command);
      if (file !== undefined) await predict(file);
      else await withStreamAsFile(process.stdin, `.${options.format}`, predict);
    });
}

async function predictFile(path: string, options: PredictOptions, command: Command): Promise<void> {
  const { aws, output, pipeline: find } = contextOf(command);
  const pipeline = await find();
  const { production } = await pipeline.routing();
  if (!production) throw new CliError('nothing is in production yet');
  const store = new ArtifactStore(aws.s3, pipeline.resources.bucket);
  const signature = await readModelSignature(store, production.modelVersion);
  const { rows, ignored } = await fileRows(path, signature);
  const target = await modelTarget(aws, pipeline, signature, options);
  if (ignored.length > 0) output.progress(`columns that the model does not take: ${ignored.join(', ')}`);
  const predictions: unknown[] = [];
  const answered = new Map<string, number>();
  for await (const request of inRequests(rows, options.rowsPerRequest)) {
    const answer: Prediction = await target.predict(request);
    predictions.push(...answer.predictions);
    const { modelVersion } = answer;
    answered.set(modelVersion, (answered.get(modelVersion) ?? 0) + request.length);
    output.progress(`${predictions.length} rows answered by ${target.name}`);
  }
  if (predictions.length === 0) throw new CliError(`${path} has no rows`);
  const versions = Object.fromEntries(answered);
  for (const [version, count] of answered) output.progress(`${count} of them by version ${version}`);
  output.result({ predictions, rowsByVersion: versions }, () =>
    predictions.map((prediction) => JSON.stringify(prediction)).join('\n'),
  );
}

async function* inRequests(rows: AsyncIterable<FileRow>, size: number): AsyncGenerator<FileRow[]> {
  let request: FileRow[] = [];
  for await (const row of rows) {
    request.push(row);
    if (request.length < size) continue;
    yield request;
    request = [];
  }
  if (request.length > 0) yield request;
}
