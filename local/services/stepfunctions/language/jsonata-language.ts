import { type Catcher, isObject, type Json, type JsonObject } from '../definition/definition';
import type { MapItem } from '../interpreter/branch';
import { StateError } from '../interpreter/state-error';
import { evaluateExpression, expressionIn } from './jsonata-expression';
import type { FunctionSources } from './jsonata-functions';
import {
  type Choice,
  type Completion,
  causeIn,
  type NumberField,
  noChoiceMatched,
  type QueryLanguage,
  type Visit,
} from './query-language';

/** Members of `$states` besides input and context. */
interface States {
  readonly result?: Json | undefined;
  readonly errorOutput?: Json;
}

/** States whose fields are JSON with JSONata expressions in `{% %}`. */
export class JsonataLanguage implements QueryLanguage {
  constructor(private readonly sources: FunctionSources) {}

  async arguments(visit: Visit): Promise<Json> {
    const { Arguments } = visit.state;
    return Arguments === undefined ? visit.input : this.fill(visit, 'Arguments', Arguments);
  }

  async passResult(): Promise<undefined> {
    return undefined;
  }

  complete(visit: Visit, result?: Json): Promise<Completion> {
    return result === undefined
      ? this.finish(visit, visit.state, visit.input, {})
      : this.finish(visit, visit.state, result, { result });
  }

  caught(visit: Visit, catcher: Catcher, error: StateError): Promise<Completion> {
    return this.finish(visit, catcher, error.output, { errorOutput: error.output });
  }

  async number(visit: Visit, field: NumberField, fields: object = visit.state): Promise<number | undefined> {
    const template = (fields as { readonly [Name in NumberField]?: Json })[field];
    if (template === undefined) return undefined;
    return this.expect(visit, field, template, 'number', await this.fill(visit, field, template)) as number;
  }

  async text(visit: Visit, field: 'Error' | 'Cause' | 'Timestamp'): Promise<string | undefined> {
    const template = visit.state[field];
    if (template === undefined) return undefined;
    return this.expect(visit, field, template, 'string', await this.fill(visit, field, template)) as string;
  }

  async choose(visit: Visit): Promise<Choice> {
    const { Choices = [], Default } = visit.state;
    for (const [index, rule] of Choices.entries()) {
      const field = `Choices[${index}]/Condition`;
      const { Condition = false } = rule;
      const matches = this.expect(
        visit,
        field,
        Condition,
        'boolean',
        await this.fill(visit, field, Condition),
      );
      if (matches) return { next: rule.Next, ...(await this.finish(visit, rule, visit.input, {})) };
    }
    if (Default === undefined) throw noChoiceMatched(visit);
    return { next: Default, ...(await this.complete(visit)) };
  }

  async items(visit: Visit): Promise<Json[]> {
    const { Items } = visit.state;
    const items = Items === undefined ? visit.input : await this.fill(visit, 'Items', Items);
    return this.expect(visit, 'Items', Items ?? '$states.input', 'array', items) as Json[];
  }

  async itemInput(visit: Visit, item: MapItem): Promise<Json> {
    const { ItemSelector } = visit.state;
    if (ItemSelector === undefined) return item.Value;
    const context = { ...visit.context, Map: { Item: { ...item } } };
    return this.fill({ ...visit, context }, 'ItemSelector', ItemSelector);
  }

  filled(visit: Visit, field: string, template: Json): Promise<Json> {
    return this.fill(visit, field, template);
  }

  private async finish(
    visit: Visit,
    { Output, Assign }: { readonly Output?: Json; readonly Assign?: JsonObject },
    otherwise: Json,
    states: States,
  ): Promise<Completion> {
    const variables =
      Assign && ((await this.fill(visit, 'Assign', Assign as JsonObject, states)) as JsonObject);
    const output = Output === undefined ? otherwise : await this.fill(visit, 'Output', Output, states);
    return { output, ...(variables && { variables }) };
  }

  /** JSON with every expression in it replaced by its value. */
  private async fill(visit: Visit, field: string, template: Json, states: States = {}): Promise<Json> {
    const expression = expressionIn(template);
    if (expression !== undefined) return this.evaluate(visit, field, expression, states);
    if (Array.isArray(template)) {
      const filled: Json[] = [];
      for (const [index, item] of template.entries())
        filled.push(await this.fill(visit, `${field}[${index}]`, item, states));
      return filled;
    }
    if (!isObject(template)) return template;
    const filled: JsonObject = {};
    for (const [name, value] of Object.entries(template))
      filled[name] = await this.fill(visit, `${field}/${name}`, value, states);
    return filled;
  }

  private async evaluate(visit: Visit, field: string, expression: string, states: States): Promise<Json> {
    const { input, context, branch } = visit;
    const bindings = { ...branch.variables, states: { input, context, ...states } };
    const evaluation = await evaluateExpression(expression, bindings, this.sources);
    if ('value' in evaluation) return evaluation.value as Json;
    const what =
      evaluation.failure === 'thrown'
        ? `threw an error during evaluation. ${evaluation.message}`
        : evaluation.failure === 'undefined'
          ? 'returned nothing (undefined).'
          : 'returned an unsupported result type.';
    throw this.failed(
      visit,
      field,
      `The JSONata expression '${expression}' specified for the field '${field}' ${what}`,
    );
  }

  private expect(
    visit: Visit,
    field: string,
    template: Json,
    expected: 'number' | 'string' | 'boolean' | 'array',
    value: Json,
  ): Json {
    const actual = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
    if (actual === expected) return value;
    const expression = expressionIn(template) ?? JSON.stringify(template);
    throw this.failed(
      visit,
      field,
      `The JSONata expression '${expression}' specified for the field '${field}' returned an unexpected result type. Expected '${expected}', but was '${actual}' for value: ${JSON.stringify(value)}`,
    );
  }

  private failed(visit: Visit, location: string, what: string): StateError {
    const error = 'States.QueryEvaluationError';
    const cause = causeIn(visit, what);
    visit.branch.record('EvaluationFailed', {
      evaluationFailedEventDetails: { error, cause, location, state: visit.name },
    });
    return new StateError(error, cause);
  }
}
