import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CliError } from '../cli/cli-error';
import { Output } from '../cli/output';
import { instancePrices } from '../cost/price-list';

const PLACE =
  'https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonSageMaker/current/<region>/index.json';

export function addPricesCommand(program: Command): void {
  program
    .command('prices')
    .description('write the prices of instances in a region from a price list of AWS, for estimates of cost')
    .argument('<list>', `the price list of SageMaker: ${PLACE}`)
    .option('--output <file>', 'where the prices are written to', 'prices.json')
    .action((list: string, { output }: { output: string }, command: Command) => {
      const prices = instancePrices(parsed(list), list);
      const types = Object.keys(prices.instanceHours).length;
      writeFileSync(output, `${JSON.stringify(prices, undefined, 2)}\n`);
      const json = command.optsWithGlobals<{ json?: boolean }>().json ?? false;
      new Output(json).result(
        { file: output, region: prices.region, date: prices.date, types },
        () => `wrote the prices of ${types} instance types in ${prices.region} to ${output}`,
      );
    });
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CliError(
      `cannot read the price list ${path}: ${(error as Error).message}; download it from ${PLACE}`,
    );
  }
}
