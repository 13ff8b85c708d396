import { RehearsedPipeline } from './lifecycles/rehearsed-pipeline';
import { runSchedule } from './lifecycles/run-schedule';
import { scheduleOf, scheduleText } from './lifecycles/schedule';

const SCHEDULES = 10_000;
/** The local cloud remembers everything: a new one now and then. */
const A_CLOUD = 250;
const MOST_SHOWN = 10;

/** Random schedules of releases, kills, rollbacks and faults: how many, and what they broke. */
export async function lifecycles([count = String(SCHEDULES), first = '1']: readonly string[]): Promise<void> {
  const started = performance.now();
  let broken = 0;
  let pipeline: RehearsedPipeline | undefined;
  for (let index = 0; index < Number(count); index++) {
    if (index % A_CLOUD === 0) {
      await pipeline?.stop();
      pipeline = new RehearsedPipeline();
      await pipeline.start();
    }
    const schedule = scheduleOf(Number(first) + index);
    const problems = await runSchedule(pipeline as RehearsedPipeline, schedule);
    if (problems.length > 0 && ++broken <= MOST_SHOWN) {
      process.stdout.write(
        `${scheduleText(schedule)}\n${problems.map((line) => `  - ${line}`).join('\n')}\n`,
      );
    }
  }
  await pipeline?.stop();
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(
    `${count} schedules in ${seconds.toFixed(0)} s (${((1000 * seconds) / Number(count)).toFixed(0)} ms each): ${broken} broke a promise\n`,
  );
  if (broken > 0) process.exitCode = 1;
}
