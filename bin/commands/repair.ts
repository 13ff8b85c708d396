import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Repair } from '../../contracts/functions/release';
import { CliError } from '../cli/cli-error';
import { contextOf } from '../cli/command-context';
import { invokeFunction } from '../cli/invoke-function';

const POLL_MILLISECONDS = 15_000;
/** An endpoint takes some minutes to be recreated. */
const MOST_CALLS = 80;

export function addRepairCommand(program: Command): void {
  program
    .command('repair')
    .description(
      'rebuild a lost routing document, and recreate what was deleted of the version in production',
    )
    .addHelpText(
      'after',
      "\nThe document is rebuilt from the ledger and the pipeline's own endpoint. Nothing that the pipeline did not create is\nchanged or deleted. If nothing is lost, nothing is done.",
    )
    .action(async (_options: object, command: Command) => {
      const { aws, output, pipeline: find } = contextOf(command);
      const { name, resources } = await find();
      const done: string[] = [];
      let repair: Repair;
      for (let calls = 1; ; calls++) {
        repair = await invokeFunction<Repair>(aws, resources.repairFunction, {});
        for (const what of repair.done) output.progress(what);
        done.push(...repair.done);
        if (repair.isUp || repair.production === null) break;
        if (calls === MOST_CALLS) {
          throw new CliError(
            `the endpoint of ${name} does not become available: check its status and "model-pipeline logs", then run repair again`,
          );
        }
        await sleep(POLL_MILLISECONDS);
      }
      const result = { pipeline: name, ...repair, done };
      output.result(result, () => textOf(result));
    });
}

function textOf({ pipeline, production, candidate, done }: Repair & { readonly pipeline: string }): string {
  return [
    ...(done.length > 0 ? done.map((what) => `- ${what}`) : ['nothing was lost, and nothing was done']),
    production === null
      ? `nothing of ${pipeline} is in production: release a version with "model-pipeline release"`
      : `version ${production} of ${pipeline} is in production`,
    ...(candidate === null
      ? []
      : [
          `version ${candidate} is on the same endpoint: unless its release is in progress, return all traffic with "model-pipeline rollback"`,
        ]),
  ].join('\n');
}
