import { AwsError } from '../../gateway/aws-error';
import { isObject, type Template, type TemplateValue } from './template';

/** What conditions need of an evaluation. */
export interface ConditionContext {
  resolve(value: TemplateValue): unknown;
  condition(name: string): boolean;
}

type ConditionFunction = (argument: TemplateValue, context: ConditionContext) => boolean;

const FUNCTIONS: Readonly<Record<string, ConditionFunction>> = {
  'Fn::Equals': (argument, context) => {
    const [left, right] = operands(argument).map((operand) => JSON.stringify(context.resolve(operand)));
    return left === right;
  },
  'Fn::Not': (argument, context) => !evaluateCondition(operands(argument)[0], context),
  'Fn::And': (argument, context) =>
    operands(argument).every((operand) => evaluateCondition(operand, context)),
  'Fn::Or': (argument, context) => operands(argument).some((operand) => evaluateCondition(operand, context)),
  'Fn::Contains': (argument, context) => {
    const [list, value] = operands(argument).map((operand) => context.resolve(operand));
    return (list as unknown[]).includes(value);
  },
  'Fn::EachMemberEquals': (argument, context) => {
    const [list, value] = operands(argument).map((operand) => context.resolve(operand));
    return (list as unknown[]).every((member) => member === value);
  },
  'Fn::EachMemberIn': (argument, context) => {
    const [list, allowed] = operands(argument).map((operand) => context.resolve(operand));
    return (list as unknown[]).every((member) => (allowed as unknown[]).includes(member));
  },
};

export function isConditionFunction(name: string): boolean {
  return name in FUNCTIONS;
}

/** @throws AwsError `ValidationError` for anything that is no condition */
export function evaluateCondition(definition: TemplateValue, context: ConditionContext): boolean {
  if (isObject(definition)) {
    const [[name, argument] = ['', undefined]] = Object.entries(definition);
    if (name === 'Condition') return context.condition(argument as string);
    const evaluate = FUNCTIONS[name];
    if (evaluate) return evaluate(argument, context);
  }
  throw new AwsError(
    'ValidationError',
    `Template format error: Conditions can only be boolean operations on parameters and other conditions, got ${JSON.stringify(definition)}`,
  );
}

/**
 * Checks the assertions of the Rules section.
 *
 * @throws AwsError `ValidationError` with the descriptions of the assertions that do not hold
 */
export function checkRules(template: Template, context: ConditionContext): void {
  for (const [name, { RuleCondition, Assertions }] of Object.entries(template.Rules)) {
    if (RuleCondition !== undefined && !evaluateCondition(RuleCondition, context)) continue;
    for (const { Assert, AssertDescription } of Assertions) {
      if (!evaluateCondition(Assert, context)) {
        const description = AssertDescription ?? JSON.stringify(Assert);
        throw new AwsError(
          'ValidationError',
          `Template error: assertion of rule ${name} failed: ${description}`,
        );
      }
    }
  }
}

function operands(argument: TemplateValue): readonly unknown[] {
  if (Array.isArray(argument)) return argument;
  throw new AwsError(
    'ValidationError',
    `Template error: a condition function requires a list of arguments, got ${JSON.stringify(argument)}`,
  );
}
