import type { Template } from 'aws-cdk-lib/assertions';

export interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: object;
}

interface Document {
  readonly Statement: readonly Statement[];
}

/** Statements of each role of a template by its logical id: those that it holds, and those of policies. */
export function roleStatements(template: Template): Map<string, Statement[]> {
  const statements = new Map<string, Statement[]>();
  const add = (role: string, { Statement }: Document) =>
    statements.set(role, [...(statements.get(role) ?? []), ...Statement]);
  for (const [role, { Properties }] of Object.entries(template.findResources('AWS::IAM::Role'))) {
    const policies = (Properties.Policies ?? []) as { readonly PolicyDocument: Document }[];
    for (const { PolicyDocument } of policies) add(role, PolicyDocument);
  }
  for (const { Properties } of Object.values(template.findResources('AWS::IAM::Policy'))) {
    const roles = (Properties.Roles ?? []) as { readonly Ref: string }[];
    for (const { Ref } of roles) add(Ref, Properties.PolicyDocument);
  }
  return statements;
}

/** Statements of all roles of a template. */
export function allStatements(template: Template): Statement[] {
  return [...roleStatements(template).values()].flat();
}
