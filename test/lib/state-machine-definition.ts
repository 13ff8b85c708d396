import type { Template } from 'aws-cdk-lib/assertions';

export interface StateDefinition {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Seconds?: number;
  readonly Arguments?: unknown;
  readonly Choices?: readonly { readonly Condition: string; readonly Next: string }[];
  readonly Catch?: readonly unknown[];
}

export interface Definition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, StateDefinition>>;
}

/**
 * The definition of the state machine whose comment begins with the given words; references become `<logical
 * id>`.
 */
export function definitionOf(template: Template, comment: string): Definition {
  const definitions = Object.values(template.findResources('AWS::StepFunctions::StateMachine')).map(
    ({ Properties }) => JSON.parse(text(Properties.DefinitionString)) as Definition,
  );
  const found = definitions.find((definition) => definition.Comment.startsWith(comment));
  if (!found) throw new Error(`no state machine is commented ${comment}...`);
  return found;
}

/** Names that lead nowhere, and states that nothing leads to. */
export function brokenTransitions({ StartAt, States }: Definition): string[] {
  const targets = [...JSON.stringify(States).matchAll(/"(?:Next|Default)":"(\w+)"/g)].map(([, name]) => name);
  const names = Object.keys(States);
  const reached = new Set([StartAt, ...targets]);
  return [
    ...names.filter((name) => !reached.has(name)),
    ...[...reached].filter((name) => !names.includes(name as string)),
  ] as string[];
}

/** Tasks whose failure would end the execution. */
export function unguardedTasks({ States }: Definition): string[] {
  return Object.entries(States).flatMap(([name, { Type, Catch }]) =>
    Type === 'Task' && !Catch ? [name] : [],
  );
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const {
    'Fn::Join': join,
    'Fn::Sub': template,
    'Fn::GetAtt': attribute,
    Ref: reference,
  } = value as Record<string, unknown>;
  if (typeof template === 'string') return template;
  if (join) return (join as [string, unknown[]])[1].map(text).join('');
  return `<${reference ?? (attribute as string[])?.join('.')}>`;
}
