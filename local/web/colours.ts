/** Colours of series that have none of their own; each has a light and a dark form in the style sheet. */
export function seriesColour(index: number): string {
  return `var(--c${index % PALETTE_SIZE})`;
}

/** A variant that is named by a colour has that colour. */
export function variantColour(name: string, index: number): string {
  const named = ['blue', 'green'].indexOf(name);
  return seriesColour(named >= 0 ? named : index + 2);
}

/** A colour that came from outside, if it is one that may stand in a style. */
export function safeColour(colour: unknown): string | undefined {
  return typeof colour === 'string' && /^#[0-9a-f]{3}([0-9a-f]{3})?$/i.test(colour) ? colour : undefined;
}

const PALETTE_SIZE = 8;
