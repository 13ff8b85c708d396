import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Collects what is wrong with props, to report it all at once. */
export class Validation {
  private readonly problems: string[] = [];

  constructor(private readonly scope: Construct) {}

  /** Notes a problem unless the condition holds; values that are known only at deployment are not judged. */
  check(value: unknown, holds: boolean, problem: string): this {
    if (!Token.isUnresolved(value) && !holds) this.problems.push(`${problem}, got ${JSON.stringify(value)}`);
    return this;
  }

  /** Notes a problem that something else found. */
  add(problem: string): this {
    this.problems.push(problem);
    return this;
  }

  /**
   * @throws Error with all problems and the construct's path
   */
  finish(): void {
    if (this.problems.length === 0) return;
    throw new Error(`${this.scope.node.path}: ${this.problems.join('; ')}`);
  }
}
