import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { line, type Measured, Rivals, run } from './rivals';
import { CHECKS, writeData } from './validation/data';

/** The smaller tells whether memory grows with the file. */
const GIGABYTES = [0.1, 1];

interface Validated extends Measured {
  readonly found: number;
}

/**
 * Time and memory that the checks of a CSV file take: ours, by the function itself, and those of named
 * rivals.
 */
export async function validation(): Promise<void> {
  const rivals = await Rivals.install('validation');
  const folder = mkdtempSync(join(tmpdir(), 'validation-'));
  try {
    const checks = join(folder, 'checks.json');
    writeFileSync(checks, JSON.stringify(CHECKS));
    console.log(rivals.describe());
    for (const gigabytes of GIGABYTES) {
      const data = join(folder, 'data.csv');
      const { rows, faults } = writeData(data, gigabytes * 1e9);
      console.log(`\n${gigabytes} GB of CSV: ${rows} rows, 9 columns, ${faults} cells at fault`);
      line('', 'seconds', 'times ours', 'peak MB', 'found');
      const ours = run<Validated>(process.execPath, [join(__dirname, 'validation', 'ours.js'), data, checks]);
      tell('this, with labels and leakage', ours, ours);
      for (const [title, rival] of [
        ['pandera', 'pandera'],
        ['pandera, chunk by chunk', 'pandera-chunks'],
        ['Great Expectations', 'great-expectations'],
      ] as const) {
        tell(title, rivals.run<Validated>([rival, data, checks]), ours);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tell(title: string, { found, seconds, peakBytes }: Validated, ours: Validated): void {
  const times = (seconds / ours.seconds).toFixed(2);
  line(title, seconds.toFixed(1), times, String(Math.round(peakBytes / 1e6)), String(found));
}
