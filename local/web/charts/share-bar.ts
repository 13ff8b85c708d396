import { percentage } from '../format';
import { type Html, html } from '../html';

export interface Share {
  readonly label: string;
  /** 0 to 1. */
  readonly share: number;
  readonly colour: string;
}

/** Shares of a whole as one stacked bar; what has no share is left out. */
export function shareBar(shares: readonly Share[]): Html {
  return html`<div class="bar">${shares
    .filter(({ share }) => share > 0)
    .map(
      ({ label, share, colour }) =>
        html`<span style="flex:${share} 1 0;background:${colour}" title="${label}: ${percentage(share)}">${label} ${percentage(share)}</span>`,
    )}</div>`;
}
