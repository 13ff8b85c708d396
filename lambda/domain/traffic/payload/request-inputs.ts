import { type ModelInput, sizesOf } from '../../data/tensor-summary';
import { parseJson } from '../../records/json';
import { type NamedTensor, namedTensor } from './named-tensors';
import { requestRows } from './request-rows';

/** Name of an input that requests do not name. */
const ONLY_INPUT = 'input';

/**
 * The inputs that a request in JSON fills, by its first row. Without names they are one: several values are a
 * tensor.
 *
 * @throws RejectedRecord
 */
export function inputsOfRequest(body: string): ModelInput[] {
  const request = { data: body, encoding: 'JSON' as const };
  const [unnamed = []] = requestRows(request);
  const names = namesIn(parseJson(body));
  if (names) {
    const [row = []] = requestRows(request, names);
    return names.map((name, place) => ({ name, rank: sizesOf(row[place]).length }));
  }
  const ofFirst = sizesOf(unnamed[0]).length;
  return [{ name: ONLY_INPUT, rank: unnamed.length === 1 ? ofFirst : 1 + ofFirst }];
}

function namesIn(document: unknown): readonly string[] | undefined {
  if (Array.isArray(document)) return namesIn({ instances: document });
  if (!isObject(document)) return undefined;
  const { instances, inputs, dataframe_records: records, dataframe_split: split } = document;
  if (isObject(split)) return split.columns as string[];
  const rows = instances ?? records ?? inputs;
  const row = Array.isArray(rows) ? rows[0] : rows;
  if (!isObject(row)) return undefined;
  if (namedTensor.safeParse(row).success) return (inputs as NamedTensor[]).map(({ name }) => name);
  return Object.keys(row);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
