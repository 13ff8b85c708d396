import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseFaults } from './gateway/fault-text';
import { LocalCloud } from './local-cloud';
import type { LocalCloudPlugin } from './web/plugin';

/** What tools expect that come with keys of their own. */
const FIXED_KEYS = { accessKeyId: 'test', secretAccessKey: 'test' };

/**
 * The local cloud as a process of its own, with the plug-ins of the modules that `--plugin` names. Prints one
 * JSON line when it is ready, `{"url": ..., "accessFile": ...}`, and ends with its parent when
 * `--with-parent` is given: then the end of standard input is the end of the parent, however it ended.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      'data-folder': { type: 'string' },
      region: { type: 'string' },
      account: { type: 'string' },
      'clock-rate': { type: 'string', default: '1' },
      'clock-start': { type: 'string' },
      inert: { type: 'string', multiple: true },
      faults: { type: 'string' },
      plugin: { type: 'string', multiple: true },
      'fixed-keys': { type: 'boolean', default: false },
      'with-parent': { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
    },
  });
  const cloud = new LocalCloud({
    port: values.port === undefined ? undefined : Number(values.port),
    dataFolder: values['data-folder'],
    region: values.region,
    account: values.account,
    inert: values.inert,
    credentials: values['fixed-keys'] ? FIXED_KEYS : undefined,
    clock: {
      rate: Number(values['clock-rate']),
      start: values['clock-start'] === undefined ? undefined : new Date(values['clock-start']),
    },
    faults: values.faults === undefined ? undefined : parseFaults(values.faults),
    plugins: values.plugin?.map(pluginOf),
    log: values.verbose ? (message) => process.stderr.write(`${message}\n`) : undefined,
  });
  let isEnding = false;
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    cloud.stop().finally(() => process.exit(0));
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  if (values['with-parent']) process.stdin.on('end', end).resume();
  await cloud.start();
  process.stdout.write(`${JSON.stringify(cloud.address)}\n`);
}

/** What a module exports as `plugin`. */
function pluginOf(path: string): LocalCloudPlugin {
  const { plugin } = require(resolve(path)) as { plugin?: LocalCloudPlugin };
  if (!plugin) throw new Error(`${path} exports no "plugin": name a module that does with --plugin`);
  return plugin;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
