import { type Html, html } from '../html';

/** What a page's charts show: up to now. */
export interface TimeRange {
  readonly start: Date;
  readonly end: Date;
}

const HOUR = 3_600_000;
const DEFAULT_HOURS = 12;
const CHOICES: readonly (readonly [hours: number, text: string])[] = [
  [1, '1 h'],
  [3, '3 h'],
  [12, '12 h'],
  [24, '1 d'],
  [168, '1 week'],
];

/** The range that the address asks for, by `?hours=`. */
export function timeRange(query: URLSearchParams, now: Date): TimeRange {
  return { start: new Date(now.getTime() - hoursOf(query) * HOUR), end: now };
}

/** Ways to the same page over another range. */
export function timeRangeLinks(query: URLSearchParams): Html {
  const current = hoursOf(query);
  return html`<nav class="ranges">${CHOICES.map(([hours, text]) =>
    hours === current ? html`<strong>${text}</strong>` : html`<a href="?hours=${hours}">${text}</a>`,
  )}</nav>`;
}

function hoursOf(query: URLSearchParams): number {
  const asked = Number(query.get('hours'));
  return CHOICES.some(([hours]) => hours === asked) ? asked : DEFAULT_HOURS;
}
