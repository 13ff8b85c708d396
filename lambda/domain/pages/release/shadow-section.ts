import type { ReleaseReport } from '../../release/release-report';
import type { ShadowReport } from '../../release/shadow-report';
import { wilsonInterval } from '../../statistics/wilson-interval';
import { type Markup, type MarkupValue, markup } from '../markup';
import { asDuration, asMinute, inPercent, inThousands } from '../units';
import { whyOf } from './report-tables';

/** How the challenger did as a shadow; undefined if it was none. */
export function shadowSection({ shadow }: ReleaseReport): Markup | undefined {
  if (!shadow) return undefined;
  const { since, until, errors } = shadow;
  const rows = [
    ['challenger, as a shadow', errors.challenger, 'challenger'],
    ['champion', errors.champion, 'champion'],
  ] as const;
  return markup`<section><h2>In the shadow</h2>
<p class="note">From ${asMinute(since)} UTC, for ${asDuration(Date.parse(until) - Date.parse(since))}, the challenger got copies of the champion's requests; nobody saw its answers.</p>
<div class="scroll"><table class="compare"><thead><tr><th></th><th class="number">requests</th><th class="number">failed</th><th class="number">error rate (95 % interval)</th></tr></thead>
<tbody>${rows.map(
    ([name, { events, requests }, role]) =>
      markup`<tr><td class="role ${role}">${name}</td><td class="number">${inThousands(requests)}</td><td class="number">${inThousands(events)}</td><td class="number">${share(events, requests)}</td></tr>`,
  )}</tbody></table></div>
${answers(shadow)}
${quality(shadow)}
<div class="why">${whyOf(shadow)}</div></section>`;
}

function share(events: number, of: number): MarkupValue {
  if (of === 0) return 'not known';
  const [low, high] = wilsonInterval(events, of);
  return markup`${inPercent(events / of)} <small>(${inPercent(low)} to ${inPercent(high)})</small>`;
}

function answers({ answers: compared }: ShadowReport): Markup {
  if (!compared) return markup`<p class="note">No answers of both to the same request were recorded.</p>`;
  const { agreement, agreementInterval, slices } = compared;
  const [low, high] = agreementInterval;
  return markup`<p class="note">Of ${inThousands(compared.requests)} requests that both answered, ${inPercent(agreement)} agree within ${figure(compared.tolerance)} (confidence interval ${inPercent(low)} to ${inPercent(high)}). The challenger's answers are ${figure(compared.meanDifference)} higher on average (95 %: ${compared.meanDifferenceInterval.map(figure).join(' to ')}).</p>
${
  slices.length > 0 &&
  markup`<div class="scroll"><table><thead><tr><th>most significant differences</th><th></th><th class="number">rows</th><th class="number">agree</th><th class="number">mean difference (95 % for all together)</th></tr></thead>
<tbody>${slices.map(
    ({ feature, values, rows, agreement: agreeing, meanDifference, interval }) =>
      markup`<tr><td>${feature}</td><td>${values}</td><td class="number">${inThousands(rows)}</td><td class="number">${inPercent(agreeing)}</td><td class="number">${figure(meanDifference)} <small>(${interval.map(figure).join(' to ')})</small></td></tr>`,
  )}</tbody></table></div>`
}`;
}

function quality({ quality: counted }: ShadowReport): Markup | undefined {
  if (!counted) return undefined;
  const { limit, rows, challengerOnly, championOnly, both } = counted;
  const wrong = limit === undefined ? 'wrong' : `off by more than ${figure(limit)}`;
  return markup`<p class="note">Of ${inThousands(rows)} answers whose labels have arrived, the challenger alone was ${wrong} in ${inThousands(challengerOnly)}, the champion alone in ${inThousands(championOnly)}, and both in ${inThousands(both)}.</p>`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
