import { setTimeout as sleep } from 'node:timers/promises';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import type { PlannedBatch } from '../../contracts/functions/batch';
import { PriceTable } from '../../lib/cost/price-table';
import { Batch, type BatchRun } from '../batch/batch';
import { estimateRun, type RunEstimate } from '../batch/estimate-run';
import { CliError } from '../cli/cli-error';
import { contextOf } from '../cli/command-context';
import { invokeFunction } from '../cli/invoke-function';
import { colored, minute, type Output, table } from '../cli/output';

/** Runs that are shown. */
const MOST_RUNS = 10;
const POLL_MILLISECONDS = 2_000;

export function addBatchCommands(program: Command): void {
  const batch = program.command('batch').description('score files with the version in production');
  batch
    .command('start')
    .description('start a run of a batch, or let one go on that failed or was stopped')
    .argument('[batch]', 'name of the batch, where there are several')
    .option('--run <name>', 'name of the run: an earlier one goes on, and keeps what it has scored')
    .option('--wait', 'wait for the end, and report how many parts are scored')
    .action(async (name: string | undefined, options: { run?: string; wait?: boolean }, command: Command) => {
      const { aws, output, pipeline } = contextOf(command);
      const found = await Batch.find(aws, await pipeline(), name);
      const { executionArn = '' } = await aws.sfn.send(
        new StartExecutionCommand({
          stateMachineArn: found.resources.stateMachine,
          input: JSON.stringify(options.run === undefined ? {} : { run: options.run }),
        }),
      );
      if (!options.wait) {
        const { run } = (await found.runOf(executionArn)) ?? {};
        output.result(
          { executionArn, run },
          () => `the run ${run} has started; "model-pipeline batch status" shows it`,
        );
        return;
      }
      const run = await untilEnd(found, executionArn, output);
      output.result(run, () => `${inWords(run)}: batch/${found.name}/${run.run}/manifest.json`);
    });
  batch
    .command('status')
    .description('show the newest runs of a batch: version, progress, rows and drift')
    .argument('[batch]', 'name of the batch, where there are several')
    .action(async (name: string | undefined, _: object, command: Command) => {
      const { aws, output, pipeline } = contextOf(command);
      const found = await Batch.find(aws, await pipeline(), name);
      const runs = await found.runs(MOST_RUNS);
      output.result({ batch: found.name, runs }, () => statusText(found.name, runs));
    });
  batch
    .command('plan')
    .description(
      'show what a run would do now, without starting one: version, engine, files, parts, time and cost',
    )
    .argument('[batch]', 'name of the batch, where there are several')
    .option('--prices <file>', 'prices of instances, as "model-pipeline prices" writes them')
    .action(async (name: string | undefined, { prices }: { prices?: string }, command: Command) => {
      const { aws, output, pipeline } = contextOf(command);
      const found = await Batch.find(aws, await pipeline(), name);
      const request = { input: { run: 'plan' }, execution: 'plan', dryRun: true };
      const planned = await invokeFunction<PlannedBatch>(aws, found.resources.planFunction, request);
      const table = prices === undefined ? PriceTable.builtIn() : PriceTable.fromFile(prices);
      const known = table._of(await aws.sagemaker.config.region())?.instanceHours;
      const estimates = estimateRun(planned, await found.runs(MOST_RUNS), (type) => known?.[type]);
      const { modelVersion, engine, instances, files, bytes, parts, rows } = planned;
      const result = {
        batch: found.name,
        modelVersion,
        engine,
        instances,
        files,
        bytes,
        parts,
        rows,
        estimates,
      };
      output.result(result, () => planText(found.name, planned, estimates));
    });
}

async function untilEnd(batch: Batch, executionArn: string, output: Output): Promise<BatchRun> {
  let reported = '';
  for (;;) {
    const run = await batch.runOf(executionArn);
    if (!run) throw new CliError(`${executionArn} is of no run: its input is wrong`);
    const progress = inWords(run);
    if (progress !== reported) output.progress(`  ${progress}`);
    reported = progress;
    if (run.status === 'SUCCEEDED') return run;
    if (run.status !== 'RUNNING') {
      throw new CliError(
        `the run ${run.run} ended as ${run.status} with ${run.scoredParts} of ${run.parts} parts scored: "model-pipeline logs" shows why; "model-pipeline batch start ${batch.name} --run ${run.run}" lets it go on`,
      );
    }
    await sleep(POLL_MILLISECONDS);
  }
}

function inWords({ run, parts, scoredParts, rows, modelVersion, manifest }: BatchRun): string {
  if (modelVersion === null) return `${run} is being planned`;
  const failed = manifest ? `, ${manifest.failedRows} of them without a prediction` : '';
  return `${run}: version ${modelVersion}, ${scoredParts} of ${parts} parts scored, ${rows} rows${failed}`;
}

function statusText(name: string, runs: readonly BatchRun[]): string {
  if (runs.length === 0) return `the batch ${name} has had no run`;
  return table(
    ['run', 'started (UTC)', 'state', 'version', 'parts', 'rows', 'failed rows', 'drift of the input'],
    runs.map(({ manifest, ...run }) => [
      run.run,
      minute(run.started),
      colored(run.status),
      run.modelVersion ?? '',
      run.parts > 0 ? `${run.scoredParts}/${run.parts}` : '',
      run.parts > 0 ? String(run.rows) : '',
      manifest ? String(manifest.failedRows) : '',
      manifest?.drift ? [manifest.drift.status, ...manifest.drift.drifted].join(' ') : '',
    ]),
  );
}

function planText(name: string, planned: PlannedBatch, estimates: readonly RunEstimate[]): string {
  const { modelVersion, engine, instances, files, bytes, parts, rows } = planned;
  const by = instances ? `${ENGINES[engine]} with ${instances.count} ${instances.type}` : ENGINES[engine];
  const hasOwn = estimates.some(({ isChosen }) => isChosen);
  return [
    `A run of ${name} now would score with version ${modelVersion} by ${by}:`,
    `${files} files with ${megabytes(bytes)} MB and ${rows} rows, in ${parts} parts`,
    ...(hasOwn ? [] : [`time and cost by ${ENGINES[engine]}: not known before a run has ended`]),
    ...estimates.map(estimateText),
  ].join('\n');
}

function estimateText({ engine, by, minutes, dollars }: RunEstimate): string {
  const most = engine === 'lambda' ? 'about' : 'at most';
  const cost =
    dollars === undefined
      ? 'a cost that is not known: give prices with --prices'
      : `${most} ${dollars.toFixed(dollars < 1 ? 4 : 2)} USD`;
  return `by ${ENGINES[engine]}: ${Math.max(1, Math.round(minutes))} min and ${cost}, by the pace of the run ${by}`;
}

const ENGINES: Readonly<Record<PlannedBatch['engine'], string>> = {
  lambda: 'a function',
  transform: 'batch transform',
  spark: 'Spark',
};

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
