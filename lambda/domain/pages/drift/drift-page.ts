import type { DatasetProfile, FeatureProfile } from '../../data/profile';
import { CONFIDENCE, ENTROPY, isOfAnswers, PREDICTION } from '../../traffic/answer-names';
import type { FeatureDrift } from '../../traffic/drift';
import type { Finding } from '../../traffic/findings/finding';
import { textProfiles } from '../../traffic/text-profiles';
import { Markup, markup } from '../markup';
import { PAGE_STYLE } from '../page-style';
import { asMinute, inPercent, inThousands } from '../units';
import { nameChart } from './charts/name-chart';
import { rangeChart } from './charts/range-chart';
import { driftInWords, printable } from './drift-words';
import { featureBars } from './feature-bars';
import { nameOf } from './name-of';

export interface DriftPageProps {
  /** Whose rows are compared, such as `flights 1.2.0`. */
  readonly subject: string;
  /** Which rows are compared, in words: a file, or hours. */
  readonly window: string;
  /** What they are compared with, in words: `the training data`. */
  readonly reference: string;
  readonly status: FeatureDrift['status'];
  /** Why there is no verdict, in words. */
  readonly pending?: string | undefined;
  /** Names of the drifted features, the farthest first. */
  readonly drifted: readonly string[];
  readonly features: readonly DriftedFeature[];
  /** An earlier version of the report has none. */
  readonly findings?: readonly Finding[] | undefined;
  /** Both counted in the same bins. */
  readonly profiles: { readonly reference: DatasetProfile; readonly window: DatasetProfile };
  /** What else to know about the comparison, in whole sentences. */
  readonly notes?: readonly string[];
}

export interface DriftedFeature extends FeatureDrift {
  /** ISO 8601: the end of the first window in which it had drifted, of all since then. */
  readonly since?: string | undefined;
}

/** A page draws so many features, the farthest first; its table has all. */
const MOST_CHARTS = 60;

const STYLE = `${PAGE_STYLE}
h1 .drift { color: var(--bad); } h1 .stable { color: var(--good); } h1 .insufficient-rows { color: var(--warn); }
.reference { color: var(--champion); } .window { color: var(--challenger); } .role.reference, .role.window { font-weight: 640; }
svg .bar.reference { opacity: .62; } svg .bar.window { opacity: .82; } svg .outline.reference { stroke-width: 1.5; }
.features { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 400px), 1fr)); gap: 8px 28px; } .features svg { display: block; width: 100%; height: auto; }
.features h3 { font-size: 14px; overflow-wrap: anywhere; } .features .note { margin: 2px 0 6px; }
.effect { display: inline-block; height: 8px; margin-right: 8px; background: var(--challenger); opacity: .82; } .effect.stable { background: var(--faint); }
`;

const MARKS = { drift: '!', stable: '✓', 'insufficient-rows': '?' };
const VERDICTS = { drift: 'rollback', stable: 'promote', 'insufficient-rows': 'inconclusive' };
const WORDS = { drift: '! drifted', stable: '✓ stable', 'insufficient-rows': '? too few rows' };

/** A report as one page of HTML that needs nothing else: no script, no font, no picture from elsewhere. */
export function driftPage(props: DriftPageProps): string {
  const { subject, window, reference, pending, profiles, notes = [] } = props;
  const status = pending === undefined ? props.status : 'insufficient-rows';
  const features = [...props.features].sort((a, b) => (b.distance ?? -1) - (a.distance ?? -1));
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Drift of ${subject}: ${status}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<header>
<p class="over">Drift of ${subject} · ${inThousands(profiles.window.rows)} rows of ${window}, compared with ${inThousands(profiles.reference.rows)} rows of ${reference}</p>
<h1><span class="${status}" aria-hidden="true">${MARKS[status]}</span> ${sentenceOf(props)}</h1>
${pending !== undefined && markup`<p class="because">because ${pending}</p>`}
${notes.map((note) => markup`<p class="missing">${printable(note)}</p>`)}
</header>
${effects(features, props)}
${distributions(features, props)}
</main>
</body>
</html>
`.text;
}

/** Whether features have drifted, in a sentence. */
function sentenceOf({ status, pending, drifted, features, reference }: DriftPageProps): string {
  if (pending !== undefined) return 'There is no verdict yet';
  if (status === 'stable') return `Nothing has drifted from ${reference}`;
  if (status === 'insufficient-rows') return 'There are too few rows for a verdict';
  const [first = '', ...others] = drifted.map(nameOf);
  if (others.length === 0) return `${first} has drifted from ${reference}`;
  return `${first} and ${others.length} more of ${features.length} features and answers have drifted from ${reference}`;
}

function effects(features: readonly DriftedFeature[], { findings, reference }: DriftPageProps): Markup {
  const largest = Math.max(...features.map(({ distance = 0 }) => distance)) || 1;
  const hasSince = features.some(({ since }) => since !== undefined);
  return markup`<section><h2>Features, the farthest first</h2>
<div class="scroll"><table><thead><tr><th>feature</th><th>distance</th><th class="number">p (adjusted)</th><th></th>${hasSince && markup`<th>since (UTC)</th>`}<th>what has changed</th></tr></thead>
<tbody>${features.map(
    ({ feature, distance, adjustedPValue, status, since, change }) => markup`<tr><td>${nameOf(feature)}</td>
<td class="nowrap">${distance !== undefined && markup`<span class="effect ${status}" style="width: ${Math.max(1, Math.round((90 * distance) / largest))}px"></span>${distance.toFixed(3)}`}</td>
<td class="number">${adjustedPValue !== undefined && probability(adjustedPValue)}</td><td class="verdict ${VERDICTS[status]}">${WORDS[status]}</td>
${hasSince && markup`<td class="nowrap">${since !== undefined && asMinute(since)}</td>`}<td class="why">${driftInWords({ feature, change }, { findings, reference })}</td></tr>`,
  )}</tbody></table></div>
<p class="note">The distance is the largest difference of probabilities, from 0 to 1. The p-values are adjusted for the number of tests.</p></section>`;
}

function distributions(features: readonly DriftedFeature[], props: DriftPageProps): Markup | undefined {
  const { reference, window } = props;
  const charts = features.flatMap((feature) => distribution(feature, props) ?? []);
  if (charts.length === 0) return undefined;
  const left = charts.length - MOST_CHARTS;
  return markup`<section><h2>Distributions</h2>
<p class="note"><span class="role window">Bars</span>: ${window}. <span class="role reference">Outline, or thin bars</span>: ${reference}. Height is the share of the numbers for a usual bar's width; the outer bars hold all beyond.</p>
<div class="features">${charts.slice(0, MOST_CHARTS)}</div>
${left > 0 && markup`<p class="note">${left} features that have moved less are not drawn.</p>`}</section>`;
}

function distribution(
  { feature, change, status, distance }: DriftedFeature,
  { findings, reference, profiles }: DriftPageProps,
): Markup | undefined {
  const found = featureBars(profileOf(profiles.reference, feature), profileOf(profiles.window, feature));
  if (!found) return undefined;
  const words = driftInWords({ feature, change }, { findings, reference });
  const description = `Distribution of ${nameOf(feature)}`;
  const missing = found.kind === 'ranges' && found.missing.reference + found.missing.window > 0;
  return markup`<div><h3>${nameOf(feature)} ${distance !== undefined && markup`<span>distance ${distance.toFixed(3)}${status === 'drift' && ', drifted'}</span>`}</h3>
${words !== '' && markup`<p class="note">${words}</p>`}
${found.kind === 'names' ? nameChart(found.bars, description) : rangeChart({ ...found, description })}
${missing && found.kind === 'ranges' && markup`<p class="note">Missing: ${inPercent(found.missing.reference)} → ${inPercent(found.missing.window)}</p>`}</div>`;
}

function profileOf(profile: DatasetProfile, feature: string): FeatureProfile | undefined {
  const answers = {
    [PREDICTION]: profile.prediction,
    [CONFIDENCE]: profile.certainty?.confidence,
    [ENTROPY]: profile.certainty?.entropy,
  };
  if (isOfAnswers(feature)) return answers[feature];
  const texts = Object.entries(profile.features).flatMap(([column, one]) => textProfiles(column, one));
  return profile.features[feature] ?? new Map<string, FeatureProfile>(texts).get(feature);
}

function probability(value: number): string {
  return value < 1e-4 ? value.toExponential(0) : String(Number(value.toPrecision(2)));
}
