import { Listr } from 'listr2';

/** Says what is happening now. */
export type Say = (message: string) => void;

export interface Phase {
  readonly title: string;
  run(say: Say): Promise<void>;
}

/** Seconds that each phase took. */
export type PhaseTimes = Record<string, number>;

/** Runs phases one after the other: a live view in a terminal, plain lines elsewhere, events with `json`. */
export async function runPhases(phases: readonly Phase[], json: boolean): Promise<PhaseTimes> {
  const times: PhaseTimes = {};
  const timed = async (phase: Phase, say: Say) => {
    const start = performance.now();
    await phase.run(onlyNews(say));
    times[phase.title] = Math.round((performance.now() - start) / 100) / 10;
  };
  if (json) {
    for (const phase of phases) {
      emit({ event: 'phase-started', phase: phase.title });
      await timed(phase, (message) => emit({ event: 'progress', phase: phase.title, message }));
      emit({ event: 'phase-ended', phase: phase.title, seconds: times[phase.title] });
    }
    return times;
  }
  const tasks = phases.map((phase) => ({
    title: phase.title,
    task: (_context: unknown, task: { output: string; title: string }) =>
      timed(phase, (message) => {
        task.output = message;
      }).then(() => {
        task.title = `${phase.title} (${times[phase.title]} s)`;
      }),
  }));
  await new Listr(tasks, {
    fallbackRenderer: 'verbose',
    rendererOptions: { collapseSubtasks: false },
  }).run();
  return times;
}

/** Says nothing twice in a row. */
function onlyNews(say: Say): Say {
  let last: string | undefined;
  return (message) => {
    if (message !== last) say(message);
    last = message;
  };
}

function emit(event: object): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
}
