import type { Command } from 'commander';
import { POISON_REASONS, type PoisonReason } from '../../contracts/scored-record';
import { seconds } from '../cli/arguments';
import { contextOf } from '../cli/command-context';
import { colored, table } from '../cli/output';
import { replayDeadLetters } from '../cli/replay-dead-letters';
import { listStreams, type StreamState, streamNamed, streamState } from '../cli/streams';

export function addStreamCommand(program: Command): void {
  const stream = program
    .command('stream')
    .description('show the streams of the pipeline: records scored, versions, lag, poison, dead letters')
    .option('--since <duration>', 'how far back: 30m, 6h, 2d', seconds, 3600)
    .action(async ({ since }: { readonly since: number }, command: Command) => {
      const { aws, output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const streams = await listStreams(aws, pipeline.name);
      const states = await Promise.all(streams.map((each) => streamState(aws, pipeline.name, each, since)));
      output.result(states, () => streamsText(pipeline.name, states, since));
    });
  stream
    .command('replay <stream>')
    .description('send dead letters to the source again, such as after a release that takes them')
    .option('--reason <reason>', `only those of a reason: ${Object.keys(POISON_REASONS).join(', ')}`)
    .action(async (name: string, { reason }: { readonly reason?: string }, command: Command) => {
      const { aws, output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const found = await replayDeadLetters(aws, await streamNamed(aws, pipeline.name, name), reason);
      output.result(found, () =>
        [
          `${found.replayed} dead letters of ${name} are in the source again`,
          found.kept > 0
            ? `${found.kept} stay in the queue of dead letters: they have no data, or another reason`
            : '',
        ]
          .filter(Boolean)
          .join('\n'),
      );
    });
}

function streamsText(pipeline: string, states: readonly StreamState[], since: number): string {
  if (states.length === 0) return `${pipeline} has no streams: add one with pipeline.addStreamInference()`;
  const count = (value: number) => value.toLocaleString('en');
  const summary = table(
    ['stream', 'records', 'a second', 'oldest', 'tried again', 'poison', 'dead letters', 'state'],
    states.map((state) => [
      state.stream,
      count(state.scored),
      (state.scored / since).toPrecision(2),
      state.maximumAgeSeconds === undefined ? '–' : `${state.maximumAgeSeconds.toFixed(1)} s`,
      count(state.failed),
      count(state.poison),
      count(state.deadLetters),
      state.alarms.length > 0 ? colored('ALARM') : colored('OK'),
    ]),
  );
  return [summary, ...states.flatMap(detailsOf)].join('\n');
}

function detailsOf({ stream, versions, poisonByReason, alarms, scored }: StreamState): string[] {
  const shares = versions.map(
    ({ modelVersion, records }) =>
      `${modelVersion} ${Number(((100 * records) / (scored || 1)).toFixed(1))} %`,
  );
  return [
    shares.length > 0 ? `${stream}: versions ${shares.join(', ')}` : '',
    ...poisonByReason.map(
      ({ reason, records }) =>
        `${stream}: ${records} records ${POISON_REASONS[reason as PoisonReason] ?? reason}`,
    ),
    ...alarms.map((alarm) => `${stream}: ${alarm}`),
  ].filter(Boolean);
}
