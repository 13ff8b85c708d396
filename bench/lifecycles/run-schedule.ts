import { isLoss } from './lost-things';
import { Promises } from './promises';
import type { RehearsedPipeline } from './rehearsed-pipeline';
import type { Operation, Schedule } from './schedule';
import { rollBack } from './way-back';

/** Without what workflows wait for people. */
const LONGEST_SECONDS = 4 * 3600;
const LONGEST_WAIT_HOURS = 20 * 24;
const SETTLING_SECONDS = 30;

/**
 * Does what a schedule says to a pipeline where nothing was ever released.
 * @returns what was broken, nothing if all is well
 */
export async function runSchedule(pipeline: RehearsedPipeline, schedule: Schedule): Promise<string[]> {
  await pipeline.reset();
  const promises = await Promises.begin(pipeline, schedule.faults !== undefined);
  pipeline.injectFaults(schedule.faults);
  try {
    for (const [index, { operation, wait }] of schedule.steps.entries()) {
      const failed = await perform(pipeline, operation);
      if (failed && failed.length > 0) return failed.map((what) => `in step ${index + 1}: ${what}`);
      if (wait !== 'settled') {
        await pipeline.pass(wait);
        continue;
      }
      const unsettled = await settle(pipeline);
      const broken = unsettled.length > 0 ? unsettled : await promises.broken();
      if (broken.length > 0) return broken.map((what) => `after step ${index + 1}: ${what}`);
    }
    return [];
  } finally {
    pipeline.injectFaults(undefined);
    for (const { executionArn } of await pipeline.running()) await pipeline.kill(executionArn);
    await pipeline.cloud.clock.settle();
  }
}

/** @returns what was broken at once */
async function perform(pipeline: RehearsedPipeline, operation: Operation): Promise<string[] | undefined> {
  switch (operation.do) {
    case 'release':
      await pipeline.startRelease(operation.version);
      return;
    case 'deploy':
      await pipeline.deploy();
      return;
    case 'roll-back':
      return rollBack(pipeline);
    case 'kill': {
      const { releaseStateMachine, retrainingStateMachine } = pipeline.resources;
      const [retraining] = await pipeline.executions(retrainingStateMachine, 'RUNNING');
      const last = (await pipeline.executions(releaseStateMachine, 'RUNNING')).at(-1) ?? retraining;
      if (last) await pipeline.kill(last.executionArn);
      return;
    }
    case 'time-out':
      pipeline.timeouts.plan(operation.function, 'after its work');
      return;
    case 'repeat-end':
      await pipeline.repeatEnd();
      return;
    case 'rename':
      await pipeline.deployments.rename();
      return;
    case 'take-name':
      await pipeline.stranger.takeName();
      return;
    case 'retrain':
      await pipeline.retrain();
      return;
    case 'approve':
    case 'reject':
      pipeline.person.decision = { decision: operation.do, after: operation.afterHours };
      return;
    case 'keep-silent':
      pipeline.person.decision = undefined;
      return;
    default:
      if (isLoss(operation.do)) await pipeline.lost.lose(operation.do);
      else await pipeline.damage(operation.do);
  }
}

/**
 * Lets time pass until no workflow runs. What was broken is repaired by releasing production again, as its
 * owner would, when what the release needs is back.
 *
 * @returns what keeps that from coming to be
 */
async function settle(pipeline: RehearsedPipeline): Promise<string[]> {
  if (!(await end(pipeline))) return UNENDING;
  const harmed = await pipeline.stranger.leave();
  if (harmed.length > 0) return harmed;
  await pipeline.lost.repair();
  if (!pipeline.isDamaged || !(await pipeline.routing()).production) return [];
  await pipeline.lost.putBack();
  pipeline.person.decision = { decision: 'approve', after: 0 };
  await pipeline.startRelease('production');
  if (!(await end(pipeline))) return UNENDING;
  pipeline.isDamaged = false;
  return [];
}

const UNENDING = ['workflows do not come to an end'];

async function end(pipeline: RehearsedPipeline): Promise<boolean> {
  let seconds = 0;
  let hours = 0;
  while (seconds < LONGEST_SECONDS && hours < LONGEST_WAIT_HOURS) {
    if (pipeline.person.isAwaited() && !(await pipeline.person.answer())) {
      hours++;
      await pipeline.passHour();
      continue;
    }
    seconds += SETTLING_SECONDS;
    await pipeline.pass(SETTLING_SECONDS);
    if (await pipeline.isAtRest()) return true;
  }
  return false;
}
