import { isObject, type Json } from '../definition/definition';
import { LARGEST_PAYLOAD } from '../interpreter/data-limit';
import { StateError } from '../interpreter/state-error';
import { causeIn, type QueryLanguage, type Visit } from '../language/query-language';

/** The input of one child execution. */
export interface ChildInput {
  /** JSON. */
  readonly text: string;
  readonly itemCount: number;
}

/**
 * The inputs of the child executions: each item as ItemSelector makes it, or `{ BatchInput, Items }` with
 * several.
 *
 * @throws StateError if the limits of a batch are not numbers, or an item alone exceeds them
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
 */
export async function childInputs(
  visit: Visit,
  language: QueryLanguage,
  items: readonly Json[],
): Promise<ChildInput[]> {
  const batches = await batchesOf(visit, language);
  const inputs: ChildInput[] = [];
  for (const [Index, Value] of items.entries()) {
    const text = JSON.stringify(await language.itemInput(visit, { Index, Value }));
    if (!batches) inputs.push({ text, itemCount: 1 });
    else {
      const full = batches.add(text);
      if (full) inputs.push(full);
    }
  }
  const last = batches?.take();
  if (last) inputs.push(last);
  return inputs;
}

async function batchesOf(visit: Visit, language: QueryLanguage): Promise<Batches | undefined> {
  const { ItemBatcher } = visit.state;
  if (ItemBatcher === undefined) return undefined;
  const most = async (name: 'MaxItemsPerBatch' | 'MaxInputBytesPerBatch', largest: number) => {
    const value = await language.number(visit, name, ItemBatcher);
    if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= largest)) return value;
    const range = `an integer from 1 to ${largest}`;
    throw new StateError('States.Runtime', causeIn(visit, `${name} must be ${range}, got ${value}`));
  };
  const limits = {
    items: await most('MaxItemsPerBatch', Number.MAX_SAFE_INTEGER),
    bytes: await most('MaxInputBytesPerBatch', LARGEST_PAYLOAD),
  };
  const { BatchInput } = ItemBatcher;
  const filled =
    BatchInput === undefined ? undefined : await language.filled(visit, 'ItemBatcher/BatchInput', BatchInput);
  const common = filled === undefined || (isObject(filled) && Object.keys(filled).length === 0);
  return new Batches(limits, common ? '' : `"BatchInput":${JSON.stringify(filled)},`, visit);
}

/** Collects items, as JSON, until a batch is full. */
class Batches {
  private items: string[] = [];
  private bytes: number;
  private readonly emptyBytes: number;

  constructor(
    private readonly limits: { readonly items: number | undefined; readonly bytes: number | undefined },
    private readonly common: string,
    private readonly visit: Visit,
  ) {
    this.emptyBytes = Buffer.byteLength(`{${common}"Items":[]}`);
    this.bytes = this.emptyBytes;
  }

  /** Adds an item; returns the batch before it if that is full. */
  add(item: string): ChildInput | undefined {
    const { items: mostItems = Infinity, bytes: mostBytes = Infinity } = this.limits;
    const bytes = Buffer.byteLength(item);
    if (this.emptyBytes + bytes > mostBytes) {
      const what = `an item of ${bytes} bytes exceeds MaxInputBytesPerBatch ${mostBytes}`;
      throw new StateError('States.DataLimitExceeded', causeIn(this.visit, what));
    }
    const isFull = this.items.length >= mostItems || this.bytes + 1 + bytes > mostBytes;
    const full = isFull ? this.take() : undefined;
    this.bytes += bytes + (this.items.length > 0 ? 1 : 0);
    this.items.push(item);
    return full;
  }

  /** The batch so far; undefined if it is empty. */
  take(): ChildInput | undefined {
    const { items } = this;
    if (items.length === 0) return undefined;
    this.items = [];
    this.bytes = this.emptyBytes;
    return { text: `{${this.common}"Items":[${items.join(',')}]}`, itemCount: items.length };
  }
}
