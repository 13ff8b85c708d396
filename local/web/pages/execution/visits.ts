import { duration, timeOfDay } from '../../format';
import type { StateProgress, Visit } from '../../graph/state-progress';
import { type Html, type HtmlValue, html } from '../../html';
import { jsonBlock, table, unfold } from '../../layout';
import type { Tone } from '../../status';

/** How progress is coloured, in the graph and beside it. */
export const PROGRESS_TONES: Readonly<Record<StateProgress, Tone>> = {
  succeeded: 'good',
  running: 'busy',
  failed: 'bad',
  caught: 'warn',
};

/** A mark in the colour of some progress. */
export function progressDot(progress: StateProgress): Html {
  const tone = PROGRESS_TONES[progress];
  return html`<span class="dot ring" style="background:var(--${tone}-wash);border-color:var(--${tone})" title="${progress}"></span>`;
}

/**
 * Every stay in a state, in the order in which they began.
 *
 * @param end until when the stays last that have not ended
 */
export function visitsTable(visits: readonly Visit[], end: Date): Html {
  return table(
    ['time (UTC)', 'state', 'took'],
    visits.map((visit, index) => [
      html`<span class="soft">${timeOfDay(visit.entered)}</span>`,
      html`${unfold(
        `visit-${index}`,
        html`${progressDot(visit.progress)}${visit.name} <span class="faint small">${visit.type}</span>`,
        html`<div class="small">${labelled('Input', visit.input)}${labelled('Output', visit.output)}</div>`,
      )}${visit.error !== undefined && html`<div class="small break">${visit.error}</div>`}`,
      html`<span class="soft nowrap">${duration((visit.left ?? end).getTime() - visit.entered.getTime())}</span>`,
    ]),
    'It has not entered a state yet.',
  );
}

function labelled(label: string, text: string | undefined): HtmlValue {
  return text !== undefined && html`<div class="soft">${label}</div>${jsonBlock(text)}`;
}
