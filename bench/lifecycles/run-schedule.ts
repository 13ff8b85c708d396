import { Promises } from './promises';
import type { RehearsedPipeline } from './rehearsed-pipeline';
import type { Operation, Schedule } from './schedule';

const LONGEST_SECONDS = 4 * 3600;
const SETTLING_SECONDS = 30;

/** Does what a schedule says to a pipeline where nothing was ever released. @returns what was broken, nothing if all is well */
export async function runSchedule(pipeline: RehearsedPipeline, schedule: Schedule): Promise<string[]> {
  await pipeline.reset();
  const promises = await Promises.begin(pipeline, schedule.faults !== undefined);
  pipeline.injectFaults(schedule.faults);
  try {
    for (const [index, { operation, wait }] of schedule.steps.entries()) {
      await perform(pipeline, operation);
      if (wait !== 'settled') {
        await pipeline.pass(wait);
        continue;
      }
      const broken = (await settle(pipeline)) ? await promises.broken() : ['workflows do not come to an end'];
      if (broken.length > 0) return broken.map((what) => `after step ${index + 1}: ${what}`);
    }
    return [];
  } finally {
    pipeline.injectFaults(undefined);
    for (const { executionArn } of await pipeline.running()) await pipeline.kill(executionArn);
    await pipeline.cloud.clock.settle();
  }
}

async function perform(pipeline: RehearsedPipeline, operation: Operation): Promise<void> {
  switch (operation.do) {
    case 'release':
      await pipeline.startRelease(operation.version);
      return;
    case 'deploy':
      await pipeline.deploy();
      return;
    case 'roll-back':
      await pipeline.rollBack();
      return;
    case 'kill': {
      const running = await pipeline.executions(pipeline.resources.releaseStateMachine, 'RUNNING');
      const last = running.at(-1);
      if (last) await pipeline.kill(last.executionArn);
      return;
    }
    case 'approve':
    case 'reject':
      pipeline.answer = operation.do;
      return;
    default:
      await pipeline.damage(operation.do);
  }
}

/**
 * Lets time pass until no workflow runs. What was broken is repaired by releasing production again, as its owner would.
 *
 * @returns whether that came to be
 */
async function settle(pipeline: RehearsedPipeline): Promise<boolean> {
  if (!(await end(pipeline))) return false;
  if (!pipeline.isDamaged || !(await pipeline.routing()).production) return true;
  pipeline.answer = 'approve';
  await pipeline.startRelease('production');
  if (!(await end(pipeline))) return false;
  pipeline.isDamaged = false;
  return true;
}

async function end(pipeline: RehearsedPipeline): Promise<boolean> {
  for (let seconds = 0; seconds < LONGEST_SECONDS; seconds += SETTLING_SECONDS) {
    await pipeline.pass(SETTLING_SECONDS);
    if (await pipeline.isAtRest()) return true;
  }
  return false;
}
