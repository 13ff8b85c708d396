import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const LIBRARY = join(ROOT, 'lib', 'index.js');

/** What a process of its own does to be measured. What they need is loaded by them, to count as theirs. */
const MEASURED: Readonly<Record<string, (input: string) => void>> = {
  nothing: () => {},
  library: () => {
    require(LIBRARY);
  },
  modules: (list) => {
    for (const file of JSON.parse(readFileSync(list, 'utf8')) as string[]) require(file);
  },
  /** Writes which files of other packages the library makes Node.js load. */
  dependencies: () => {
    require(LIBRARY);
    const files = Object.keys(require.cache).filter((file) => file.includes('node_modules'));
    process.stdout.write(`${JSON.stringify(files)}\n`);
  },
  flights: () => {
    require(join(ROOT, 'bin', 'app.js'));
  },
  plain: (counts) => {
    const { plainApp } = require('./plain-stack.js') as typeof import('./plain-stack');
    plainApp(JSON.parse(readFileSync(counts, 'utf8')));
  },
};

const [, , what = '', input = ''] = process.argv;
MEASURED[what]?.(input);
// An app is synthesized when its process is about to end.
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${(user + system) / 1000}\n`);
});
