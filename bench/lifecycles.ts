import { writeFileSync } from 'node:fs';
import type { GrantUse } from '../local/services/iam/access-record';
import { RehearsedPipeline } from './lifecycles/rehearsed-pipeline';
import type { Strategy } from './lifecycles/rehearsed-stack';
import { runSchedule } from './lifecycles/run-schedule';
import { type Schedule, scheduleOf, scheduleText } from './lifecycles/schedule';
import { shrink } from './lifecycles/shrink';

const SCHEDULES = 10_000;
/** The local cloud remembers everything: new ones now and then. */
const A_CLOUD = 250;
/** Progress is reported each time after so many. */
const A_REPORT = 100;
const MOST_SHOWN = 10;

/**
 * Random schedules of releases, kills, rollbacks, damage and faults, with each strategy: how many, and what
 * they broke. `grantsFile` gets a JSON array of what roles were granted and what schedules used of it.
 */
export async function lifecycles([count = String(SCHEDULES), first = '1', grantsFile]: readonly string[]) {
  const started = performance.now();
  const pipelines = new Map<Strategy, RehearsedPipeline>();
  const grants: GrantUse[] = [];
  const run = async (schedule: Schedule) => {
    const { strategy } = schedule;
    const pipeline = pipelines.get(strategy) ?? new RehearsedPipeline(strategy);
    if (!pipelines.has(strategy)) await pipeline.start();
    pipelines.set(strategy, pipeline);
    return runSchedule(pipeline, schedule);
  };
  const stop = async () => {
    for (const pipeline of pipelines.values()) {
      grants.push(...pipeline.cloud.grants());
      await pipeline.stop();
    }
    pipelines.clear();
  };
  let broken = 0;
  for (let index = 0; index < Number(count); index++) {
    if (index % A_CLOUD === 0) await stop();
    if (index > 0 && index % A_REPORT === 0) {
      process.stderr.write(`${index} of ${count} schedules: ${broken} broke a promise\n`);
    }
    const schedule = scheduleOf(Number(first) + index);
    const problems = await run(schedule);
    if (problems.length === 0 || ++broken > MOST_SHOWN) continue;
    process.stdout.write(described(schedule, problems));
    const smallest = await shrink(schedule, run);
    if (smallest === schedule) continue;
    process.stdout.write(`which comes down to ${described(smallest, await run(smallest))}`);
  }
  await stop();
  if (grantsFile !== undefined) writeFileSync(grantsFile, JSON.stringify(grants));
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(
    `${count} schedules in ${seconds.toFixed(0)} s (${((1000 * seconds) / Number(count)).toFixed(0)} ms each): ${broken} broke a promise\n`,
  );
  if (broken > 0) process.exitCode = 1;
}

function described(schedule: Schedule, problems: readonly string[]): string {
  return `${scheduleText(schedule)}\n${problems.map((line) => `  - ${line}`).join('\n')}\n`;
}
