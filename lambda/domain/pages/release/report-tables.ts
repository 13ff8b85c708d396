import type { LookRun, ReleaseReport } from '../../release/release-report';
import { wilsonInterval } from '../../statistics/wilson-interval';
import { type Markup, type MarkupValue, markup } from '../markup';
import { asClock, asDuration, asMinute, inPercent, inThousands } from '../units';
import { stagesOf } from './stages';
import { totalOf } from './traffic-bins';

/** Both versions in figures; undefined if there is only one. */
export function comparison({ challenger, champion, traffic, quality }: ReleaseReport): Markup | undefined {
  if (!champion || traffic.length === 0) return undefined;
  const row = (role: 'challenger' | 'champion', version: { modelVersion: string; variant: string }) => {
    const { requests, errors } = totalOf(traffic, role);
    const labelled = quality?.[role];
    return markup`<tr><td class="role ${role}">${role}</td><td>${version.modelVersion}</td><td>${version.variant}</td><td class="number">${inThousands(requests)}</td><td class="number">${inThousands(errors)}</td><td class="number">${share(errors, requests)}</td>${labelled && markup`<td class="number">${inThousands(labelled.requests)}</td><td class="number">${share(labelled.events, labelled.requests)}</td>`}</tr>`;
  };
  return markup`<div class="scroll"><table class="compare"><thead><tr><th></th><th>version</th><th>variant</th><th class="number">requests</th><th class="number">failed</th><th class="number">error rate (95 % interval)</th>${quality && markup`<th class="number">labels</th><th class="number">${quality.limit === undefined ? 'wrong' : `off by more than ${Number(quality.limit.toPrecision(3))}`} (95 % interval)</th>`}</tr></thead>
<tbody>${row('challenger', challenger)}${row('champion', champion)}</tbody></table></div>`;
}

function share(events: number, of: number): MarkupValue {
  if (of === 0) return 'not known';
  const [low, high] = wilsonInterval(events, of);
  return markup`${inPercent(events / of)} <small>(${inPercent(low)} to ${inPercent(high)})</small>`;
}

/** Each evaluation with its verdict and reasons; looks in a row that came to the same are one line. */
export function looksTable({ looks }: ReleaseReport): Markup | undefined {
  if (looks.length === 0) return undefined;
  return markup`<section><h2>The looks</h2>
<div class="scroll"><table><thead><tr><th>time (UTC)</th><th>traffic</th><th class="number">evaluations</th><th>verdict</th><th>why</th></tr></thead>
<tbody>${looks.map(
    (run, index) =>
      markup`<tr class="${run.verdict}"><td class="nowrap">${timesOf(run, looks[index - 1])}</td><td class="nowrap">${inPercent(run.trafficShare)}${run.baking && ', baking'}</td><td class="number">${run.looks}</td><td class="verdict ${run.verdict}">${VERDICTS[run.verdict]}</td><td class="why">${whyOf(run)}</td></tr>`,
  )}</tbody></table></div></section>`;
}

const VERDICTS: Readonly<Record<LookRun['verdict'], string>> = {
  promote: '✓ promote',
  hold: 'hold',
  rollback: '✕ roll back',
  inconclusive: '? inconclusive',
};

/** What decided stands first; what the other rules said is a click away, and printed. */
export function whyOf({ verdict, reasons }: Pick<LookRun, 'verdict' | 'reasons'>): MarkupValue {
  const deciding = reasons.filter((reason) => reason.verdict === verdict);
  const others = reasons.filter((reason) => reason.verdict !== verdict);
  const spoken = verdict === 'promote' ? [] : deciding;
  const folded = verdict === 'promote' ? reasons : others;
  return [
    verdict === 'promote' && markup`<p>no rule found evidence against it</p>`,
    spoken.map(({ rule, message }) => markup`<p>${rule}: ${message}</p>`),
    folded.length > 0 &&
      markup`<details><summary>${verdict === 'promote' ? 'what the rules said' : 'the other rules'}</summary><ul>${folded.map(({ rule, message }) => markup`<li>${rule}: ${message}</li>`)}</ul></details>`,
  ];
}

/** `10:05–10:12`, with the day where another one begins. */
function timesOf({ since, until }: LookRun, before: LookRun | undefined): string {
  const moment = (time: string, previous: string | undefined) =>
    previous && dayOf(time) === dayOf(previous) ? asClock(time) : asMinute(time);
  const from = moment(since, before?.until);
  return asMinute(since) === asMinute(until) ? from : `${from}–${moment(until, since)}`;
}

function dayOf(time: string): string {
  return asMinute(time).slice(0, 10);
}

/** Names and times, for those who want to look further. */
export function factsOf(report: ReleaseReport): Markup {
  const { challenger, champion, startedAt, trafficSince, endedAt, files } = report;
  const code = (text: string) => markup`<code>${text}</code>`;
  const steps = stagesOf(report).map(
    ({ trafficShare, baking, since, until }) =>
      `${inPercent(trafficShare)}${baking ? ', baking,' : ''} for ${asDuration(until.getTime() - since.getTime())}`,
  );
  const facts: (readonly [string, MarkupValue])[] = [
    ['Reason', report.reason],
    ['Challenger', `${challenger.modelVersion}, variant ${challenger.variant}`],
    [
      'Champion',
      champion ? `${champion.modelVersion}, variant ${champion.variant}` : 'none: this was the first release',
    ],
    ['Begun', startedAt ? `${asMinute(startedAt)} UTC` : 'not known'],
    [
      'Traffic since',
      trafficSince ? `${asMinute(trafficSince)} UTC` : 'never had any beside another version',
    ],
    [
      'Ended',
      `${asMinute(endedAt)} UTC${startedAt ? `, after ${asDuration(Date.parse(endedAt) - Date.parse(startedAt))}` : ''}`,
    ],
    [
      'Planned shares',
      report.trafficShares.length > 0 ? report.trafficShares.map(inPercent).join(', ') : 'not known',
    ],
    ['Steps taken', steps.length > 0 ? steps.join('; ') : 'none'],
    ['Release', code(report.releaseId)],
    ...(challenger.endpointConfigName === undefined
      ? []
      : ([
          ['Endpoint', code(report.endpointName)],
          ['Its config', code(challenger.endpointConfigName)],
        ] as const)),
    ['Evaluations', code(files.looks)],
    ['This report as JSON', code(files.json)],
    ['This page', code(files.html)],
  ];
  return markup`<section><h2>Facts</h2><dl>${facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl></section>`;
}
