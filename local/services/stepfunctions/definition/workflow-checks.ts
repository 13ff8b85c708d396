import type { SdkModels } from '../sdk-models';
import {
  innerWorkflows,
  isDistributed,
  isExpress,
  isObject,
  type JsonObject,
  type QueryLanguageName,
  STATE_TYPES,
  type StateDefinition,
  type StateType,
  type Workflow,
} from './definition';
import type { Diagnostics } from './diagnostics';
import { checkErrorHandling } from './error-handling-checks';
import { checkExpressions } from './expression-checks';
import { checkMap } from './map-checks';
import { fieldSupport, requiredFields } from './state-fields';
import { checkExpressTask, checkTask } from './task-checks';

/** What is known around a workflow. */
export interface WorkflowScope {
  readonly models: SdkModels;
  readonly language: QueryLanguageName;
  /** Variables that the workflows around assign. */
  readonly outerVariables: ReadonlySet<string>;
  /** Names of states met so far: they are unique in a machine. */
  readonly stateNames: Set<string>;
  /** Whether it runs in EXPRESS child executions of a distributed Map state. */
  readonly isExpress?: boolean;
  readonly found: Diagnostics;
}

/** Checks a workflow and those inside it. */
export function checkWorkflow(workflow: JsonObject, location: string, scope: WorkflowScope): void {
  const { found } = scope;
  const missing = ['States', 'StartAt'].filter((field) => workflow[field] === undefined);
  if (missing.length > 0) {
    found.schema(`These fields are required: [${missing.join(', ')}]`, location || '/');
    return;
  }
  if (!isObject(workflow.States)) {
    found.schema('Value must be an object', `${location}/States`);
    return;
  }
  const before = found.all.length;
  for (const [name, state] of Object.entries(workflow.States))
    checkState(name, state, `${location}/States/${name}`, scope);
  if (found.all.length > before) return;
  const valid = workflow as unknown as Workflow;
  checkTransitions(valid, location, found);
  const variables = new Set([...scope.outerVariables, ...assignedVariables(valid)]);
  for (const [name, state] of Object.entries(valid.States)) {
    for (const [index, inner] of innerWorkflows(state).entries()) {
      const part =
        state.Type === 'Parallel' ? `Branches[${index}]` : state.ItemProcessor ? 'ItemProcessor' : 'Iterator';
      checkInner(inner, `${location}/States/${name}/${part}`, { ...scope, outerVariables: variables });
    }
  }
}

function checkInner(workflow: Workflow, location: string, scope: WorkflowScope): void {
  for (const field of Object.keys(workflow))
    if (!['StartAt', 'States', 'ProcessorConfig', 'Comment'].includes(field))
      scope.found.schema('Field is not supported', `${location}/${field}`);
  // Child executions see no variables of the workflow around them:
  // https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
  const outerVariables = isDistributed(workflow) ? new Set<string>() : scope.outerVariables;
  checkWorkflow(workflow as unknown as JsonObject, location, {
    ...scope,
    outerVariables,
    isExpress: scope.isExpress || isExpress(workflow),
  });
}

function checkState(name: string, value: unknown, location: string, scope: WorkflowScope): void {
  const { found, models, stateNames } = scope;
  if (!isObject(value)) {
    found.schema('Value must be an object', location);
    return;
  }
  if (stateNames.has(name)) found.schema(`The state name '${name}' is used twice`, location);
  if (name.length > 80) found.schema('State names must not be longer than 80 characters', location);
  stateNames.add(name);
  const { Type } = value;
  if (Type === undefined) {
    found.schema('These fields are required: [Type]', location);
    return;
  }
  if (!STATE_TYPES.includes(Type as StateType)) {
    found.schema(`Value must be one of the following: [${STATE_TYPES.join(', ')}]`, `${location}/Type`);
    return;
  }
  const state = value as unknown as StateDefinition;
  const language = state.QueryLanguage ?? scope.language;
  if (scope.language === 'JSONata' && language === 'JSONPath') {
    found.schema(
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
      location,
    );
    return;
  }
  const before = found.all.length;
  checkFields(value, state.Type, language, location, found);
  checkShape(state, location, found);
  if (found.all.length > before) return;
  checkExpressions(state, language, location, found);
  checkErrorHandling(state, location, found);
  checkVariables(state, location, scope);
  if (state.Type === 'Task') {
    checkTask(state, language, models, location, found);
    if (scope.isExpress) checkExpressTask(state, location, found);
  }
  if (state.Type === 'Map') checkMap(state, language, location, { found, isExpress: scope.isExpress });
}

function checkFields(
  state: JsonObject,
  type: StateType,
  language: QueryLanguageName,
  location: string,
  found: Diagnostics,
): void {
  for (const field of Object.keys(state)) {
    const support = fieldSupport(type, language, field);
    if (support === 'unsupported') found.schema('Field is not supported', `${location}/${field}`);
    if (support === 'not implemented')
      found.notImplemented(`${field} of ${type} states`, `${location}/${field}`);
  }
  const missing = requiredFields(type).filter((field) => state[field] === undefined);
  if (missing.length > 0) found.schema(`These fields are required: [${missing.join(', ')}]`, location);
}

/** What a state must have besides its required fields. */
function checkShape(state: StateDefinition, location: string, found: Diagnostics): void {
  const oneOf = (...fields: (keyof StateDefinition)[]) => {
    const given = fields.filter((field) => state[field] !== undefined && state[field] !== false);
    if (given.length !== 1)
      found.schema(`Exactly one of these fields is required: [${fields.join(', ')}]`, location);
  };
  if (!['Choice', 'Succeed', 'Fail'].includes(state.Type)) oneOf('Next', 'End');
  if (state.Type === 'Wait') oneOf('Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath');
  if (state.Type === 'Map') oneOf('ItemProcessor', 'Iterator');
  const lists = { Choices: state.Choices, Branches: state.Branches };
  for (const [field, list] of Object.entries(lists))
    if (list !== undefined && (!Array.isArray(list) || list.length === 0))
      found.schema('Value must be an array that is not empty', `${location}/${field}`);
}

function checkVariables(state: StateDefinition, location: string, scope: WorkflowScope): void {
  for (const name of variablesOf(state)) {
    if (!/^[\p{L}_][\p{L}\p{N}_]{0,79}$/u.test(name) || name === 'states')
      scope.found.schema(`'${name}' is no name for a variable`, `${location}/Assign`);
    if (scope.outerVariables.has(name))
      scope.found.schema(`The variable '${name}' is assigned in the workflow around`, `${location}/Assign`);
  }
}

function assignedVariables({ States }: Workflow): string[] {
  return Object.values(States).flatMap(variablesOf);
}

function variablesOf({ Assign, Catch = [], Choices = [] }: StateDefinition): string[] {
  const assignments = [
    Assign,
    ...Catch.map((catcher) => catcher.Assign),
    ...Choices.map((rule) => rule.Assign),
  ];
  return assignments
    .flatMap((assignment) => Object.keys(assignment ?? {}))
    .map((name) => name.replace(/\.\$$/, ''));
}

function checkTransitions({ StartAt, States }: Workflow, location: string, found: Diagnostics): void {
  const reached = new Set<string>();
  const visit = (name: string, from: string) => {
    const state = States[name];
    if (!state) {
      found.transition(`Missing '${from.split('/').pop()}' target: ${name}`, from);
      return;
    }
    if (reached.has(name)) return;
    reached.add(name);
    const at = `${location}/States/${name}`;
    if (state.Next !== undefined) visit(state.Next, `${at}/Next`);
    if (state.Default !== undefined) visit(state.Default, `${at}/Default`);
    for (const [index, rule] of (state.Choices ?? []).entries())
      visit(rule.Next, `${at}/Choices[${index}]/Next`);
    for (const [index, catcher] of (state.Catch ?? []).entries())
      visit(catcher.Next, `${at}/Catch[${index}]/Next`);
  };
  visit(StartAt, `${location}/StartAt`);
  for (const name of Object.keys(States))
    if (!reached.has(name))
      found.transition(`State "${name}" is not reachable.`, `${location}/States/${name}`);
}
