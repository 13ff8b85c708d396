import type { Environment, InvocationResult } from './environment';
import type { Invocation } from './invocation';

const PER_FUNCTION = 10;
const IN_ALL = 32;
/** An environment that starts is asked so often whether it is ready, for some seconds each time. */
const MOST_TRIES = 12;
/** Real time. */
const IDLE_MILLIS = 120_000;

interface Member {
  readonly key: string;
  readonly functionName: string;
  readonly environment: Environment;
  /** Whether it waits for requests however long. */
  readonly isProvisioned: boolean;
  idleTimer?: NodeJS.Timeout | undefined;
}

/**
 * The processes of all functions: used again while they are warm, started while there is room, waited for
 * otherwise. (AWS would start a thousand; a laptop cannot.)
 */
export class EnvironmentPool {
  private readonly idle = new Set<Member>();
  private readonly busy = new Set<Member>();
  private waiting: (() => void)[] = [];
  private isStopped = false;

  /**
   * Runs an invocation in an environment of its own, which takes no other one before also its extensions have
   * ended.
   *
   * @param key same for environments that can stand for each other
   * @param create starts a new one
   */
  async run(
    functionName: string,
    key: string,
    create: () => Environment,
    invocation: Invocation,
  ): Promise<InvocationResult> {
    const member = await this.acquire(functionName, key, create);
    const running = member.environment.run(invocation);
    const released = this.release(
      member,
      running.then(({ end }) => end),
    );
    const result = await running;
    if (result.end instanceof Promise) return { ...result, end: released.then(() => result.end) };
    await released;
    return result;
  }

  /**
   * Starts environments that wait for invocations, in place of those that did before.
   *
   * @returns whether all of them can take one
   */
  async provision(
    functionName: string,
    key: string,
    count: number,
    create: () => Environment,
  ): Promise<boolean> {
    const former = [...this.idle].filter((member) => member.isProvisioned && member.key === key);
    await Promise.all(
      former.filter((member) => member.functionName === functionName).map((member) => this.end(member)),
    );
    const started = Array.from({ length: count }, async () => {
      const member = this.add({ key, functionName, environment: create(), isProvisioned: true });
      const isReady = await hasStarted(member.environment);
      if (isReady && !this.isStopped) this.rest(member);
      this.busy.delete(member);
      if (!this.idle.has(member)) await member.environment.end();
      this.wakeUp();
      return isReady;
    });
    return (await Promise.all(started)).every(Boolean);
  }

  /** Ends the environments of a function that wait for invocations, but for those of some keys. */
  async unprovision(functionName: string, kept: readonly string[]): Promise<void> {
    const others = [...this.idle].filter(
      (member) => member.isProvisioned && member.functionName === functionName && !kept.includes(member.key),
    );
    await Promise.all(others.map((member) => this.end(member)));
  }

  /** Ends the idle environments of a function whose key is not among those in use. */
  async retire(functionName: string, keys: readonly string[] = []): Promise<void> {
    const stale = [...this.idle].filter(
      (member) => member.functionName === functionName && !keys.includes(member.key),
    );
    await Promise.all(stale.map((member) => this.end(member)));
  }

  /** The environment with an id, for its calls to the Runtime API. */
  find(id: string): Environment | undefined {
    return [...this.busy, ...this.idle].find(({ environment }) => environment.id === id)?.environment;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.wakeUp();
    await Promise.all([...this.idle, ...this.busy].map((member) => this.end(member)));
  }

  private async acquire(functionName: string, key: string, create: () => Environment): Promise<Member> {
    while (!this.isStopped) {
      const ofKey = [...this.idle].filter((member) => member.key === key);
      const warm = ofKey.find(({ isProvisioned }) => isProvisioned) ?? ofKey[0];
      if (warm) {
        clearTimeout(warm.idleTimer);
        this.idle.delete(warm);
        this.busy.add(warm);
        return warm;
      }
      const all = [...this.idle, ...this.busy];
      const hasRoom = all.filter((member) => member.functionName === functionName).length < PER_FUNCTION;
      const replaceable = [...this.idle].find(
        (member) => !member.isProvisioned && (hasRoom || member.functionName === functionName),
      );
      if (hasRoom && all.length < IN_ALL) {
        return this.add({ key, functionName, environment: create(), isProvisioned: false });
      }
      if (replaceable) await this.end(replaceable);
      else await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    throw new Error('the local cloud stops');
  }

  private add(member: Member): Member {
    this.busy.add(member);
    member.environment.ended.then(() => this.end(member));
    return member;
  }

  private async release(member: Member, ended: Promise<unknown>): Promise<void> {
    const hasEnded = await ended.then(
      () => true,
      () => false,
    );
    // Only one that asks for the next invocation can be used again.
    if (hasEnded && (await member.environment.becomesReady())) this.rest(member);
    this.busy.delete(member);
    if (!this.idle.has(member)) await member.environment.end();
    this.wakeUp();
  }

  private wakeUp(): void {
    const woken = this.waiting;
    this.waiting = [];
    for (const wake of woken) wake();
  }

  private rest(member: Member): void {
    this.idle.add(member);
    if (member.isProvisioned) return;
    member.idleTimer = setTimeout(() => this.end(member), IDLE_MILLIS).unref();
  }

  private async end(member: Member): Promise<void> {
    clearTimeout(member.idleTimer);
    this.idle.delete(member);
    await member.environment.end();
  }
}

/** Whether an environment comes to ask for its first invocation. */
async function hasStarted(environment: Environment): Promise<boolean> {
  let hasEnded = false;
  environment.ended.then(() => {
    hasEnded = true;
  });
  for (let tries = 0; tries < MOST_TRIES && !hasEnded; tries++)
    if (await environment.becomesReady()) return true;
  return false;
}
