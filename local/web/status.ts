import { type Html, html } from './html';

export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'neutral';

/** Status words of all services as what they mean to a reader. */
function toneOf(status: string): Tone {
  if (/ROLLBACK|FAIL|^ALARM$|TIMED_OUT|ABORTED|OutOfService|failure|rollback/.test(status)) return 'bad';
  if (/IN_PROGRESS|ING$|[a-z]ing$/.test(status)) return 'busy';
  if (/COMPLETE$|^OK$|SUCCEEDED|InService|^Completed$|^release$/.test(status)) return 'good';
  if (/INSUFFICIENT|rejection/.test(status)) return 'warn';
  return 'neutral';
}

export function pill(status: string, tone: Tone = toneOf(status)): Html {
  return html`<span class="pill ${tone}">${status}</span>`;
}
