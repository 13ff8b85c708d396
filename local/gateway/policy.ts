/** An IAM policy document, as roles and resources carry it. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

type Condition = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly NotPrincipal?: unknown;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Condition;
}

/** What a policy allows: one action on one resource, both as its statement has them, wildcards included. */
export interface Grant {
  /** `* except <actions>` of a statement with `NotAction`. */
  readonly action: string;
  /**
   * `* except <resources>` of a statement with `NotResource`; `*` of one without resources, such as a trust
   * policy's.
   */
  readonly resource: string;
  readonly condition?: Condition;
}

/** A call to be judged. */
export interface PolicyRequest {
  readonly action: string;
  readonly resource: string;
  /** Condition keys in lower case. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  /** How the caller appears in `Principal` elements: `{ AWS: [arn, account], Service: [...] }`. */
  readonly principal: Readonly<Record<string, readonly string[]>>;
}

export type PolicyEffect = 'Allow' | 'Deny' | undefined;

/** The effect of identity policies on a request: an explicit Deny wins, then an Allow. */
export function evaluateIdentityPolicies(
  documents: readonly PolicyDocument[],
  request: PolicyRequest,
): PolicyEffect {
  return strongest(documents.flatMap(statementsOf).filter((statement) => applies(statement, request)));
}

/** The effect of a policy on a resource: its statements must name the caller. */
export function evaluateResourcePolicy(document: PolicyDocument, request: PolicyRequest): PolicyEffect {
  return strongest(
    statementsOf(document).filter(
      (statement) => namesPrincipal(statement, request) && applies(statement, request),
    ),
  );
}

/** All that an identity policy allows. */
export function allowsOf(document: PolicyDocument): Grant[] {
  return statementsOf(document)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap((statement) => grantsOf(statement, actionsOf(statement), resourcesOf(statement)));
}

/** Those grants of an identity policy that allow a request. */
export function allowsFor(document: PolicyDocument, request: PolicyRequest): Grant[] {
  return statementsOf(document)
    .filter((statement) => statement.Effect === 'Allow' && applies(statement, request))
    .flatMap((statement) =>
      grantsOf(
        statement,
        statement.NotAction
          ? actionsOf(statement)
          : actionsOf(statement).filter((pattern) => isAction(pattern, request.action)),
        statement.NotResource
          ? resourcesOf(statement)
          : resourcesOf(statement).filter((pattern) => isResource(pattern, request)),
      ),
    );
}

function grantsOf(
  { Condition: condition }: PolicyStatement,
  actions: readonly string[],
  resources: readonly string[],
): Grant[] {
  return actions.flatMap((action) =>
    resources.map((resource) => ({ action, resource, ...(condition && { condition }) })),
  );
}

function actionsOf({ Action, NotAction }: PolicyStatement): readonly string[] {
  return NotAction ? [`* except ${list(NotAction).join(', ')}`] : list(Action);
}

function resourcesOf({ Resource, NotResource }: PolicyStatement): readonly string[] {
  return NotResource ? [`* except ${list(NotResource).join(', ')}`] : list(Resource ?? '*');
}

function strongest(statements: readonly PolicyStatement[]): PolicyEffect {
  if (statements.some((statement) => statement.Effect === 'Deny')) return 'Deny';
  return statements.length > 0 ? 'Allow' : undefined;
}

function statementsOf(document: PolicyDocument): readonly PolicyStatement[] {
  return list(document.Statement);
}

function list<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}

function applies(statement: PolicyStatement, request: PolicyRequest): boolean {
  return (
    matchesAction(statement, request.action) &&
    matchesResource(statement, request) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, key, wanted, request)),
    )
  );
}

function matchesAction(statement: PolicyStatement, action: string): boolean {
  const among = (patterns: readonly string[]) => patterns.some((pattern) => isAction(pattern, action));
  return statement.NotAction ? !among(list(statement.NotAction)) : among(list(statement.Action));
}

function matchesResource(statement: PolicyStatement, request: PolicyRequest): boolean {
  const among = (patterns: readonly string[]) => patterns.some((pattern) => isResource(pattern, request));
  if (statement.NotResource) return !among(list(statement.NotResource));
  return statement.Resource === undefined || among(list(statement.Resource));
}

function isAction(pattern: string, action: string): boolean {
  return wildcard(pattern.toLowerCase(), action.toLowerCase());
}

function isResource(pattern: string, request: PolicyRequest): boolean {
  return wildcard(substitute(pattern, request), request.resource);
}

function namesPrincipal(statement: PolicyStatement, request: PolicyRequest): boolean {
  if (statement.NotPrincipal !== undefined)
    throw new Error('NotPrincipal is not implemented by the local cloud');
  if (statement.Principal === undefined || statement.Principal === '*') return true;
  return Object.entries(statement.Principal).some(([kind, names]) =>
    list(names).some((name) => name === '*' || request.principal[kind]?.includes(name)),
  );
}

function substitute(pattern: string, request: PolicyRequest): string {
  return pattern.replace(/\$\{([^}]+)\}/g, (whole, key: string) => {
    const value = request.context[key.toLowerCase()];
    return typeof value === 'string' ? value : whole;
  });
}

/** `*` any characters, `?` one. */
function wildcard(pattern: string, text: string): boolean {
  if (pattern === '*' || pattern === text) return true;
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}

type Comparison = (wanted: string, actual: string) => boolean;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringLike: wildcard,
  ArnEquals: wildcard,
  ArnLike: wildcard,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  NumericEquals: (wanted, actual) => Number(wanted) === Number(actual),
  NumericLessThan: (wanted, actual) => Number(actual) < Number(wanted),
  NumericGreaterThan: (wanted, actual) => Number(actual) > Number(wanted),
};

function holds(operator: string, key: string, wanted: unknown, request: PolicyRequest): boolean {
  const actual = request.context[key.toLowerCase()];
  if (operator === 'Null') return String(wanted) === String(actual === undefined);
  const [, quantifier, negation, name, ifExists] =
    /^(ForAnyValue:|ForAllValues:)?((?:String|Arn|Numeric)Not(?=Equals|Like))?(.*?)(IfExists)?$/.exec(
      operator,
    ) ?? [];
  const comparisonName = negation ? `${negation.replace('Not', '')}${name}` : (name as string);
  const comparison = COMPARISONS[comparisonName];
  if (!comparison)
    throw new Error(`the condition operator ${operator} is not implemented by the local cloud`);
  if (actual === undefined) return Boolean(ifExists) || Boolean(negation) || quantifier === 'ForAllValues:';
  const wantedValues = list(wanted as string | readonly string[]).map((value) =>
    substitute(String(value), request),
  );
  const matches = (value: string) => wantedValues.some((one) => comparison(one, value)) !== Boolean(negation);
  const values = list(actual);
  return quantifier === 'ForAllValues:' ? values.every(matches) : values.some(matches);
}
