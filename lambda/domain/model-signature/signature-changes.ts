import type { InputType, ModelSignature, SignatureInput } from '../../../contracts/model-signature';

/** How a signature differs from the one before it. */
export interface SignatureChange {
  /** In words, as `number age is now a category`. */
  readonly text: string;
  /**
   * Whether callers have to change what they send, or how they read answers: then the version is a MAJOR one.
   */
  readonly isBreaking: boolean;
}

/** What differs between two signatures, first what makes callers change. */
export function signatureChanges(before: ModelSignature, after: ModelSignature): SignatureChange[] {
  const changes = [...columnChanges(before.inputs, after.inputs), ...outputChanges(before, after)];
  return [...changes.filter(({ isBreaking }) => isBreaking), ...changes.filter((each) => !each.isBreaking)];
}

/** What is known of a signature before the training. What only a graph tells changes with the scripts. */
export interface PlannedSignature {
  readonly label: string;
  readonly columns: readonly { readonly name: string; readonly isText: boolean }[];
}

/** Whether what a training will make differs from a signature, so that callers have to change. */
export function differsFromPlan({ inputs, outputs }: ModelSignature, planned: PlannedSignature): boolean {
  const { label, columns } = planned;
  if (outputs[0]?.name !== label || inputs.length !== columns.length) return true;
  return inputs.some(({ name, type }, index) => {
    const column = columns[index];
    return column?.name !== name || column.isText !== isText(type);
  });
}

function columnChanges(
  before: readonly SignatureInput[],
  after: readonly SignatureInput[],
): SignatureChange[] {
  const changes: SignatureChange[] = [];
  const breaking = (text: string) => changes.push({ text, isBreaking: true });
  const names = (inputs: readonly SignatureInput[]) => inputs.map(({ name }) => name);
  const known = new Map(before.map((input) => [input.name, input]));
  for (const name of names(before)) if (!names(after).includes(name)) breaking(`column ${name} removed`);
  for (const input of after) {
    const former = known.get(input.name);
    if (former) changes.push(...inputChanges(former, input));
    else breaking(`${input.type} ${input.name} added`);
  }
  const common = (inputs: readonly SignatureInput[], others: readonly SignatureInput[]) =>
    names(inputs).filter((name) => names(others).includes(name));
  if (common(before, after).join('\n') !== common(after, before).join('\n'))
    breaking(`order of the columns changed: ${names(after).join(', ')}`);
  return changes;
}

function inputChanges(before: SignatureInput, after: SignatureInput): SignatureChange[] {
  const { name, type } = after;
  if (type !== before.type) {
    return [
      { text: `${before.type} ${name} is now ${type}`, isBreaking: !TAKES[type]?.includes(before.type) },
    ];
  }
  const changes: SignatureChange[] = [];
  if (String(before.shape) !== String(after.shape)) {
    changes.push({ text: `shape of ${name} ${before.shape} -> ${after.shape}`, isBreaking: true });
  }
  if (before.optional !== after.optional) {
    changes.push({
      text: `${name} is ${after.optional ? 'optional' : 'never empty'} now`,
      isBreaking: false,
    });
  }
  const ranges = [before, after].map(({ range }) => range && `${range.minimum} to ${range.maximum}`);
  if (ranges[0] !== ranges[1]) {
    changes.push({
      text: `range of ${name} ${ranges.map((range) => range ?? 'unknown').join(' -> ')}`,
      isBreaking: false,
    });
  }
  return [...changes, ...categoryChanges(before, after)];
}

/**
 * Types whose cells a column of a type takes, too. A column of texts grows beyond what is listed, or shrinks.
 */
const TAKES: Partial<Record<InputType, readonly InputType[]>> = {
  number: ['integer', 'boolean'],
  integer: ['boolean'],
  category: ['text'],
  text: ['category'],
};

function categoryChanges(before: SignatureInput, after: SignatureInput): SignatureChange[] {
  const [old, current] = [before.categories ?? [], after.categories ?? []];
  return [
    ...of(
      'new',
      current.filter((each) => !old.includes(each)),
    ),
    ...of(
      'no more',
      old.filter((each) => !current.includes(each)),
    ),
  ];

  function of(what: string, categories: readonly string[]): SignatureChange[] {
    if (categories.length === 0) return [];
    const listed = categories.slice(0, MOST_LISTED).join(', ');
    const more = categories.length > MOST_LISTED ? ` and ${categories.length - MOST_LISTED} more` : '';
    return [{ text: `${what} in ${after.name}: ${listed}${more}`, isBreaking: false }];
  }
}

const MOST_LISTED = 10;

function outputChanges(
  { outputs: before }: ModelSignature,
  { outputs: after }: ModelSignature,
): SignatureChange[] {
  const words = (outputs: ModelSignature['outputs']) =>
    outputs
      .map(({ name, type, classes }) => `${type} of ${name}${classes ? ` (${classes.join(', ')})` : ''}`)
      .join('; ');
  const [old, current] = [words(before), words(after)];
  return old === current ? [] : [{ text: `answers ${old} -> ${current}`, isBreaking: true }];
}

function isText(type: InputType): boolean {
  return type === 'category' || type === 'text';
}
