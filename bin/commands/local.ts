import { type Command, InvalidArgumentError } from 'commander';
import { seconds } from '../cli/arguments';
import { CliError, ExitCode } from '../cli/cli-error';
import {
  advanceLocal,
  injectLocalFaults,
  interruptLocal,
  type LocalAddress,
  type LocalStatus,
  localAddress,
  localEnvironment,
  localGrants,
  localPageLink,
  localStatus,
  startLocal,
  stopLocal,
} from '../cli/local-process';
import { minute, Output, table } from '../cli/output';

const DEFAULT_PORT = '4599';

interface StartOptions {
  readonly port: string;
  readonly dataFolder?: string;
  readonly region?: string;
  readonly account?: string;
  readonly clock: string;
  readonly inert: readonly string[];
  readonly faults?: string;
  readonly fixedKeys?: boolean;
}

export function addLocalCommands(program: Command): void {
  const local = program.command('local').description('the local cloud: an AWS endpoint on this machine');

  local
    .command('start')
    .description('start it in the background')
    .option('--port <port>', 'port on 127.0.0.1', DEFAULT_PORT)
    .option('--data-folder <folder>', 'keep the state there across restarts')
    .option('--region <region>', "the region it serves; by default the data folder's, or us-east-1")
    .option('--account <id>', "the account it serves; by default the data folder's, or 000000000000")
    .option(
      '--clock <rate>',
      'speed of its clock: with x60 an hour takes a minute; with x0 only "local advance" moves the clock',
      rate,
      '1',
    )
    .option(
      '--inert <types>',
      "accept resources of these types without effect, as in 'AWS::EC2::*'; can be repeated",
      (types: string, before: readonly string[]) => [...before, types],
      [],
    )
    .option(
      '--faults <faults>',
      'make calls fail, as in seed=7,rate=0.05,kinds=throttling+internal+timeout+lost-answer,services=sagemaker+s3; only the rate is required',
    )
    .option(
      '--fixed-keys',
      'accept the access key "test" with the secret "test", for tools that use them: every program and user of this machine that reaches the port is then an administrator, and can run programs as you',
    )
    .action(async ({ clock, ...options }: StartOptions, command: Command) => {
      const cloud = await startLocal({ ...options, clockRate: clock });
      const page = await localPageLink(cloud);
      outputOf(command).result({ ...(await localStatus(cloud)), page }, () =>
        [
          `the local cloud listens at ${cloud.url}`,
          `open it in a browser:       ${page}`,
          'get another link:           model-pipeline local page (each works once)',
          'point your shell to it:     eval "$(model-pipeline local env)"',
          'stop it and its processes:  model-pipeline local stop',
          ...(options.fixedKeys
            ? [
                'its keys are test and test: everybody who reaches the port on this machine is an administrator',
              ]
            : []),
        ].join('\n'),
      );
    });

  local
    .command('stop')
    .description('stop it, with every process that it runs')
    .action(async (_options: object, command: Command) => {
      const stopped = await stopLocal();
      outputOf(command).result({ stopped }, () =>
        stopped ? 'the local cloud has stopped' : 'no local cloud is running',
      );
    });

  local
    .command('status')
    .description('show whether it is running, where, and its time')
    .action(async (_options: object, command: Command) => {
      const status = await localStatus(await running());
      outputOf(command).result(status, () =>
        [
          `${status.url}, account ${status.account}, ${status.region}; its time is ${status.time} (x${status.clockRate})`,
          ...inertText(status),
        ].join('\n'),
      );
    });

  local
    .command('env')
    .description('print the exports that point a shell to it')
    .action(async (_options: object, command: Command) => {
      const environment = await localEnvironment(await running());
      outputOf(command).result(environment, () =>
        [
          // A profile would win over the keys, and a session token would not belong to them.
          'unset AWS_PROFILE AWS_SESSION_TOKEN',
          ...Object.entries(environment).map(([name, value]) => `export ${name}=${value}`),
        ].join('\n'),
      );
    });

  local
    .command('page')
    .description('print a link to its web page; it works once, then the browser has access')
    .action(async (_options: object, command: Command) => {
      const url = await localPageLink(await running());
      outputOf(command).result({ url }, () => url);
    });

  local
    .command('grants')
    .description('list what roles may do there, and how often a call needed it')
    .option('--unused', 'only what no call needed')
    .action(async ({ unused = false }: { readonly unused?: boolean }, command: Command) => {
      const grants = await localGrants(await running());
      const listed = unused ? grants.filter(({ uses }) => uses === 0) : grants;
      outputOf(command).result(listed, () =>
        listed.length === 0
          ? `${unused ? 'no grant is unused' : 'no role may do anything'} there`
          : table(
              ['calls', 'last', 'role', 'action', 'resource'],
              listed.map(({ uses, lastUsed, role, action, resource }) => [
                String(uses),
                minute(lastUsed),
                role,
                action,
                resource,
              ]),
            ),
      );
    });

  local
    .command('advance')
    .description('advance its clock; everything due happens')
    .argument('<duration>', 'for example 30s, 10m, 6h, 2d', seconds)
    .action(async (duration: number, _options: object, command: Command) => {
      const status = await advanceLocal(await running(), duration);
      outputOf(command).result(status, () => `it is ${status.time} there now`);
    });

  local
    .command('interrupt')
    .description('interrupt a training job on spot instances, as AWS does when it reclaims the instance')
    .argument('<training-job>', 'its name')
    .action(async (trainingJob: string, _options: object, command: Command) => {
      const status = await interruptLocal(await running(), trainingJob);
      outputOf(command).result(
        status,
        () => `${trainingJob} resumes from its checkpoints on another instance`,
      );
    });

  local
    .command('faults')
    .description('make calls fail from now on')
    .argument('<faults>', "such as rate=0.05,services=sagemaker; 'none' ends them")
    .action(async (faults: string, _options: object, command: Command) => {
      const status = await injectLocalFaults(await running(), faults === 'none' ? null : faults);
      outputOf(command).result(status, () => (faults === 'none' ? 'no call fails' : `calls fail: ${faults}`));
    });
}

function inertText({ inertResources }: LocalStatus): string[] {
  const types = Object.entries(inertResources).sort(([a], [b]) => (a < b ? -1 : 1));
  if (types.length === 0) return [];
  const total = types.reduce((sum, [, count]) => sum + count, 0);
  return [
    `${total} resources are inert, without effect:`,
    ...types.map(([type, count]) => `  ${count} ${type}`),
  ];
}

async function running(): Promise<LocalAddress> {
  const address = await localAddress();
  if (!address)
    throw new CliError(
      'no local cloud is running; start one with "model-pipeline local start"',
      ExitCode.FAILURE,
    );
  return address;
}

function outputOf(command: Command): Output {
  return new Output(command.optsWithGlobals<{ json?: boolean }>().json ?? false);
}

function rate(text: string): string {
  const match = /^x?(\d+(\.\d+)?)$/.exec(text);
  if (!match) throw new InvalidArgumentError('must look like x60');
  return match[1] as string;
}
