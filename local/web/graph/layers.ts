/** A way between two states, by their names. */
export interface Way {
  readonly from: string;
  readonly to: string;
}

export interface Layers<W extends Way> {
  /** Layer of each name; the first one is 0, and ways lead down. */
  readonly layerOf: ReadonlyMap<string, number>;
  /** Ways that close a loop: they lead up. */
  readonly backward: ReadonlySet<W>;
}

/**
 * Puts each name below all that lead to it, as high as possible.
 *
 * @param names the one that stands first is at the top
 */
export function layersOf<W extends Way>(names: readonly string[], ways: readonly W[]): Layers<W> {
  const waysFrom = (name: string) => ways.filter(({ from }) => from === name);
  const backward = new Set<W>();
  const seen = new Set<string>();
  const open = new Set<string>();
  /** Each name after all that it leads to. */
  const finished: string[] = [];
  const visit = (name: string) => {
    seen.add(name);
    open.add(name);
    for (const way of waysFrom(name)) {
      if (open.has(way.to)) backward.add(way);
      else if (!seen.has(way.to)) visit(way.to);
    }
    open.delete(name);
    finished.push(name);
  };
  for (const name of names) if (!seen.has(name)) visit(name);

  const layerOf = new Map(names.map((name) => [name, 0]));
  for (const name of finished.reverse()) {
    const below = (layerOf.get(name) ?? 0) + 1;
    for (const way of waysFrom(name)) {
      if (!backward.has(way)) layerOf.set(way.to, Math.max(layerOf.get(way.to) ?? 0, below));
    }
  }
  return { layerOf, backward };
}
