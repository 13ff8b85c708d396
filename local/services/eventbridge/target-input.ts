import type { InputTransformer, Target } from '@aws-sdk/client-eventbridge';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';

/**
 * What a target receives of an event, as text: `Input`, `InputPath`, `InputTransformer` or the event itself.
 */
export function targetInput(target: Target, event: object, rule: { arn: string; name: string }): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(select(event, target.InputPath) ?? null);
  if (target.InputTransformer !== undefined) return transform(target.InputTransformer, event, rule);
  return JSON.stringify(event);
}

/**
 * Checks what can be checked before there is an event.
 *
 * @throws AwsError ValidationException
 */
export function validateTargetInput(target: Target): void {
  const { Id, Input, InputPath, InputTransformer } = target;
  const given = [Input, InputPath, InputTransformer].filter((value) => value !== undefined);
  if (given.length > 1) {
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  }
  if (Input !== undefined) parse(Input, `JSON syntax error in input for target ${Id}`);
  const paths = [...(InputPath ? [InputPath] : []), ...Object.values(InputTransformer?.InputPathsMap ?? {})];
  for (const path of paths) steps(path);
}

const PLACEHOLDER = /<([A-Za-z0-9_.-]+)>/g;

function transform(
  transformer: InputTransformer,
  event: object,
  rule: { arn: string; name: string },
): string {
  const template = transformer.InputTemplate as string;
  const paths = transformer.InputPathsMap ?? {};
  const reserved: Record<string, () => unknown> = {
    'aws.events.rule-arn': () => rule.arn,
    'aws.events.rule-name': () => rule.name,
    'aws.events.event.ingestion-time': () => (event as { time?: string }).time,
    'aws.events.event': () => event,
    'aws.events.event.json': () => event,
  };
  return template.replace(PLACEHOLDER, (whole, name: string, position: number) => {
    const path = paths[name];
    if (path === undefined && !reserved[name]) return whole;
    const value = path === undefined ? reserved[name]?.() : select(event, path);
    return insert(value, isInString(template, position));
  });
}

/**
 * Inside quotes the text alone, escaped; elsewhere JSON. A missing value leaves nothing behind, as on AWS.
 */
function insert(value: unknown, inString: boolean): string {
  if (value === undefined) return '';
  if (!inString) return JSON.stringify(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}

function isInString(template: string, position: number): boolean {
  let inString = false;
  for (let i = 0; i < position; i++) {
    if (template[i] === '\\') i++;
    else if (template[i] === '"') inString = !inString;
  }
  return inString;
}

/** `$.detail.items[0]['a b']` */
function select(event: object, path: string): unknown {
  let value: unknown = event;
  for (const step of steps(path)) value = (value as Record<string, unknown> | null | undefined)?.[step];
  return value;
}

function steps(path: string): string[] {
  const result: string[] = [];
  let rest = path.replace(/^\$/, '');
  if (rest === path) throw invalid(`Invalid JSONPath: ${path}`);
  while (rest !== '') {
    const match = /^\.([^.[\]]+)|^\[(\d+)\]|^\['([^']+)'\]|^\["([^"]+)"\]/.exec(rest);
    if (!match || match[1] === '*')
      throw new NotImplementedError(`the JSONPath ${path} of EventBridge targets`);
    result.push((match[1] ?? match[2] ?? match[3] ?? match[4]) as string);
    rest = rest.slice(match[0].length);
  }
  return result;
}

function parse(text: string, fault: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw invalid(fault);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
