import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import colors from 'picocolors';
import { Aws } from '../cli/aws';
import { CliError } from '../cli/cli-error';
import { localEnvironment, localPageLink, startLocal } from '../cli/local-process';
import { Alerts } from '../demo/alerts';
import { Cdk } from '../demo/cdk';
import { type LocalCloudProcess, startLocalCloudProcess } from '../demo/local-cloud-process';
import { type PhaseTimes, runPhases } from '../demo/progress';
import { Story, type StoryEnd } from '../demo/story';
import { ledgerTable } from './history';

interface DemoOptions {
  readonly keep?: boolean;
  readonly port: string;
  readonly json?: boolean;
}

/** Exit code of a command that Ctrl-C ended: 128 + SIGINT. */
const INTERRUPTED = 130;

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description("run a model's life cycle on this machine: deploy, train, serve, drift, retrain, replace")
    .option('--keep', 'keep the local cloud running afterwards')
    .option('--port <port>', 'port of the local cloud with --keep', '4599')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<DemoOptions>();
      checkTools();
      const cloud = options.keep ? await keptCloud(options.port) : await startLocalCloudProcess();
      const folder = await mkdtemp(join(tmpdir(), 'model-pipeline-demo-'));
      const cleanUp = async () => {
        await cloud.stop();
        await rm(folder, { recursive: true, force: true });
      };
      let interruption: Promise<void> | undefined;
      const interrupt = () => {
        interruption = cleanUp().finally(() => process.exit(INTERRUPTED));
      };
      process.once('SIGINT', interrupt);
      process.once('SIGTERM', interrupt);
      try {
        const environment = await localEnvironment(cloud.address);
        Object.assign(process.env, environment);
        const story = new Story({
          cloud: cloud.address,
          aws: new Aws(),
          cdk: new Cdk(environment, join(folder, 'cdk.out')),
          alerts: new Alerts(),
        });
        const times = await runPhases(story.phases, options.json ?? false);
        report(
          await story.end(),
          times,
          { ...cloud.address, page: await localPageLink(cloud.address) },
          options,
        );
      } catch (error) {
        // What fails because of an interruption is no news.
        await interruption;
        throw error;
      } finally {
        await cleanUp();
      }
    });
}

/** The demo's data and the CDK CLI come with a clone of the repository, not with the installed package. */
function checkTools(): void {
  for (const tool of ['aws-cdk/package.json', 'vega-datasets']) {
    try {
      require.resolve(tool);
    } catch {
      throw new CliError(
        'the demo runs in a clone of the repository: git clone it, then "npm ci && npm run demo"; "model-pipeline local start" works here too',
      );
    }
  }
}

/** A local cloud that goes on after the demo. */
async function keptCloud(port: string): Promise<LocalCloudProcess> {
  const address = await startLocal({ port, clockRate: '1' });
  return { address, stop: async () => {} };
}

/** What the analysis of the takeover found; the first reason is the gate's. */
function canaryVerdicts(ledger: StoryEnd['ledger']): string[] {
  const [, takeover] = ledger;
  const [, ...reasons] = takeover?.reasons ?? [];
  return [
    `How ${takeover?.modelVersion} was evaluated while it had traffic:`,
    ...reasons.map((reason) => `  ${reason}`),
  ];
}

function report(
  { pipeline, ledger, traffic, alerts }: StoryEnd,
  times: PhaseTimes,
  { url, page }: { readonly url: string; readonly page: string },
  options: DemoOptions,
): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ event: 'end', url, times, ledger, traffic, alerts })}\n`);
    return;
  }
  const total = Object.values(times).reduce((sum, seconds) => sum + seconds, 0);
  const variants = Object.entries(traffic.byVariant).map(([variant, count]) => `${variant} ${count}`);
  const goOn = options.keep
    ? [
        `Web page:      ${page}`,
        '               npx model-pipeline local page prints another link; each works once',
        'Operate it:    eval "$(npx model-pipeline local env)" && npx model-pipeline status',
        '               npx model-pipeline retrain --wait, rollback --wait, local advance 1h',
        'Stop it:       npx model-pipeline local stop',
      ]
    : ['Web page:      npm run demo -- --keep leaves the local cloud running, with its web page'];
  process.stdout.write(
    [
      '',
      colors.bold(`What was in production when, and why (${pipeline.name})`),
      ledgerTable(ledger.map((entry) => ({ sequence: entry.sequence, entry }))),
      '',
      ...canaryVerdicts(ledger),
      '',
      `${traffic.requests} requests were answered (${variants.join(', ')}), ${traffic.failed} failed. ${Math.round(total)} seconds in all.`,
      `Notifications sent: ${alerts.join(' · ')}`,
      '',
      ...goOn,
      'On AWS:        npx cdk bootstrap && npx cdk deploy, with your credentials; then put data into the bucket and retrain',
      '',
    ].join('\n'),
  );
}
