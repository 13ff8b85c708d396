import { archiveTexts } from './archive-files';

/** A package that two models were trained or are served with in different versions. */
export interface LibraryDifference {
  readonly name: string;
  /** Its version, or where it is from; left out if there was none. */
  readonly was?: string;
  /** As `was`. */
  readonly is?: string;
}

/**
 * Where the entry point of trainings (`lib/artifacts/container/train.py`) puts locks into a model's archive.
 */
const LOCKS = [
  'code/model_pipeline/packages/requirements.lock',
  'code/lib/requirements.lock',
  'code/model_pipeline/requirements-training.lock',
];

/**
 * Packages that the archives of two trainings have in different versions, by name: what their scripts needed
 * and the image lacked.
 */
export async function libraryDifferences(
  before: Uint8Array,
  after: Uint8Array,
): Promise<LibraryDifference[]> {
  const [was, is] = await Promise.all([lockedPackages(before), lockedPackages(after)]);
  return [...new Set([...was.keys(), ...is.keys()])]
    .sort()
    .filter((name) => was.get(name) !== is.get(name))
    .map((name) => ({ name, was: was.get(name), is: is.get(name) }));
}

/** `numpy 2.4.6 (was 2.4.5)` */
export function differenceText({ name, was, is }: LibraryDifference): string {
  if (is === undefined) return `${name} is not installed (was ${was})`;
  return `${name} ${is} (was ${was ?? 'not installed'})`;
}

async function lockedPackages(archive: Uint8Array): Promise<Map<string, string>> {
  const texts = await archiveTexts(archive, LOCKS);
  const lines = [...texts.values()].flatMap((text) => text.split('\n')).filter((line) => line !== '');
  // `<name>==<version> --hash=...`, or `<name> @ <address>`
  return new Map(
    lines.map((line): [string, string] => {
      const [, name = line, version = ''] = /^(\S+?)(?:==| @ )(\S+)/.exec(line) ?? [];
      return [name, version];
    }),
  );
}
