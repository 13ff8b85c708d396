import { type Catcher, isObject, type Json, type JsonObject } from '../definition/definition';
import type { MapItem } from '../interpreter/branch';
import { StateError } from '../interpreter/state-error';
import { ruleHolds } from './choice-comparison';
import { evaluateIntrinsic, parseIntrinsic } from './intrinsic-functions';
import { lookUp, type PathSources, parsePath, putAt } from './json-path';
import type { FunctionSources } from './jsonata-functions';
import {
  type Choice,
  type Completion,
  causeIn,
  type DistributedMapNumber,
  type NumberField,
  noChoiceMatched,
  type QueryLanguage,
  type Visit,
} from './query-language';

/** States whose fields are JSONPaths: InputPath, Parameters, ResultSelector, ResultPath, OutputPath. */
export class JsonPathLanguage implements QueryLanguage {
  constructor(private readonly functions: FunctionSources) {}

  async arguments(visit: Visit): Promise<Json> {
    const { Parameters } = visit.state;
    const input = this.effectiveInput(visit);
    return Parameters === undefined ? input : this.fill(visit, Parameters, input);
  }

  async passResult(visit: Visit): Promise<Json> {
    return visit.state.Result === undefined ? this.arguments(visit) : visit.state.Result;
  }

  async complete(visit: Visit, result?: Json): Promise<Completion> {
    const { Assign, ResultSelector } = visit.state;
    const variables =
      Assign && (this.fill(visit, Assign, result ?? this.effectiveInput(visit)) as JsonObject);
    if (result === undefined)
      return { output: this.outputPath(visit, this.effectiveInput(visit)), ...(variables && { variables }) };
    const selected = ResultSelector === undefined ? result : this.fill(visit, ResultSelector, result);
    const output = this.outputPath(visit, this.place(visit, visit.state.ResultPath, selected));
    return { output, ...(variables && { variables }) };
  }

  async caught(visit: Visit, { ResultPath, Assign }: Catcher, error: StateError): Promise<Completion> {
    const variables = Assign && (this.fill(visit, Assign, error.output) as JsonObject);
    return { output: this.place(visit, ResultPath, error.output), ...(variables && { variables }) };
  }

  async number(visit: Visit, field: NumberField, fields: object = visit.state): Promise<number | undefined> {
    const given = fields as Readonly<Record<string, Json | undefined>>;
    const path = given[`${field}Path`] as string | undefined;
    const value = path === undefined ? given[field] : this.found(visit, path);
    if (value === undefined) return undefined;
    if (isOfDistributedMap(field)) {
      if (typeof value === 'number') return value;
      throw this.failed(visit, notANumber(field, value, path));
    }
    if (typeof value === 'number' && value >= 0) return value;
    throw this.failed(
      visit,
      `The ${field}Path parameter references a value that is no number of at least 0: ${path} == ${JSON.stringify(value)}`,
    );
  }

  async text(visit: Visit, field: 'Error' | 'Cause' | 'Timestamp'): Promise<string | undefined> {
    const path = visit.state[`${field}Path`];
    if (path === undefined) return visit.state[field];
    const value = this.run(visit, () =>
      evaluateIntrinsic(parseIntrinsic(path), this.sources(visit, visit.input)),
    );
    if (typeof value === 'string') return value;
    throw this.failed(
      visit,
      `The ${field}Path parameter references a value that is no string: ${path} == ${JSON.stringify(value)}`,
    );
  }

  async choose(visit: Visit): Promise<Choice> {
    const sources = this.sources(visit, this.effectiveInput(visit));
    const find = (path: string) => lookUp(parsePath(path), sources);
    const { Choices = [], Default } = visit.state;
    const rule = this.run(visit, () => Choices.find((choice) => ruleHolds(choice, find)));
    const next = rule?.Next ?? Default;
    if (next === undefined) throw noChoiceMatched(visit);
    const { output, variables } = await this.complete(visit);
    const assigned = rule?.Assign ? (this.fill(visit, rule.Assign, sources.input) as JsonObject) : variables;
    return { next, output, ...(assigned && { variables: assigned }) };
  }

  async items(visit: Visit): Promise<Json[]> {
    const { ItemsPath = '$' } = visit.state;
    const items = this.found(visit, ItemsPath, this.effectiveInput(visit));
    if (Array.isArray(items)) return items;
    throw this.failed(visit, `Reference path "${ItemsPath}" must point to array.`);
  }

  async itemInput(visit: Visit, item: MapItem): Promise<Json> {
    const template = visit.state.ItemSelector ?? visit.state.Parameters;
    if (template === undefined) return item.Value;
    const context = { ...visit.context, Map: { Item: { ...item } } };
    return this.fill({ ...visit, context }, template, this.effectiveInput(visit));
  }

  async filled(visit: Visit, _field: string, template: Json): Promise<Json> {
    return this.fill(visit, template, this.effectiveInput(visit));
  }

  private effectiveInput(visit: Visit): Json {
    const { InputPath = '$' } = visit.state;
    return InputPath === null ? {} : this.found(visit, InputPath);
  }

  private outputPath(visit: Visit, output: Json): Json {
    const { OutputPath = '$' } = visit.state;
    return OutputPath === null ? {} : this.found(visit, OutputPath, output);
  }

  private place(visit: Visit, resultPath: string | null | undefined, result: Json): Json {
    if (resultPath === null) return visit.input;
    const placed = putAt(visit.input, parsePath(resultPath ?? '$'), result);
    if (placed !== undefined) return placed;
    throw new StateError(
      'States.ResultPathMatchFailure',
      causeIn(visit, `Unable to apply step "${resultPath}" to input ${JSON.stringify(visit.input)}`),
    );
  }

  /** JSON with every field `name.$` replaced by `name` and what its path or function gives. */
  private fill(visit: Visit, template: Json, input: Json): Json {
    if (Array.isArray(template)) return template.map((item) => this.fill(visit, item, input));
    if (!isObject(template)) return template;
    return Object.fromEntries(
      Object.entries(template).map(([name, value]) =>
        name.endsWith('.$')
          ? [name.slice(0, -2), this.dynamic(visit, name, value as string, input)]
          : [name, this.fill(visit, value, input)],
      ),
    );
  }

  private dynamic(visit: Visit, name: string, text: string, input: Json): Json {
    if (!text.startsWith('$'))
      return this.run(visit, () => evaluateIntrinsic(parseIntrinsic(text), this.sources(visit, input)));
    const found = lookUp(parsePath(text), this.sources(visit, input));
    if (found !== undefined) return found;
    throw this.failed(
      visit,
      `The JSONPath '${text}' specified for the field '${name}' could not be found in the input '${JSON.stringify(input)}'`,
    );
  }

  private found(visit: Visit, path: string, input: Json = visit.input): Json {
    const found = lookUp(parsePath(path), this.sources(visit, input));
    if (found === undefined)
      throw this.failed(visit, `Invalid path '${path}' : No results for path: ${path}`);
    return found;
  }

  private sources(visit: Visit, input: Json): PathSources & FunctionSources {
    const { now, random, uuid } = this.functions;
    return { input, context: visit.context, variables: visit.branch.variables, now, random, uuid };
  }

  private run<Result>(visit: Visit, work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw this.failed(visit, (error as Error).message);
    }
  }

  private failed(visit: Visit, what: string): StateError {
    return new StateError('States.Runtime', causeIn(visit, what));
  }
}

function isOfDistributedMap(field: NumberField): field is DistributedMapNumber {
  return /^(Tolerated|MaxItems|MaxInput)/.test(field);
}

/** As LocalStack recorded on AWS (`test_map_state_tolerated_failure_count_path`, `..._percentage_path`). */
function notANumber(field: DistributedMapNumber, value: Json, path: string | undefined): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const kind = field === 'ToleratedFailurePercentage' ? 'float' : 'integer';
  return `The ${field}Path field refers to value "${text}" which is not a valid ${kind}: ${path}`;
}
