import { RehearsedPipeline } from '../../bench/lifecycles/rehearsed-pipeline';
import { runSchedule } from '../../bench/lifecycles/run-schedule';
import { scheduleOf, scheduleText } from '../../bench/lifecycles/schedule';

jest.setTimeout(300_000);

const SCHEDULES = 200;

test('no schedule of releases, kills, rollbacks and faults breaks what a pipeline promises', async () => {
  const pipeline = new RehearsedPipeline();
  await pipeline.start();
  try {
    for (let seed = 1; seed <= SCHEDULES; seed++) {
      const schedule = scheduleOf(seed);
      const broken = await runSchedule(pipeline, schedule);
      if (broken.length > 0) {
        throw new Error(
          [scheduleText(schedule), ...broken, `again: npm run bench -- lifecycles 1 ${seed}`].join('\n'),
        );
      }
    }
  } finally {
    await pipeline.stop();
  }
});
