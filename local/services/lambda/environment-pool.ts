import type { Environment, InvocationResult } from './environment';
import type { Invocation } from './invocation';

const PER_FUNCTION = 10;
const IN_ALL = 32;
/** Real time. */
const IDLE_MILLIS = 120_000;

interface Member {
  readonly key: string;
  readonly functionName: string;
  readonly environment: Environment;
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
      const warm = [...this.idle].find((member) => member.key === key);
      if (warm) {
        clearTimeout(warm.idleTimer);
        this.idle.delete(warm);
        this.busy.add(warm);
        return warm;
      }
      const all = [...this.idle, ...this.busy];
      const hasRoom = all.filter((member) => member.functionName === functionName).length < PER_FUNCTION;
      const replaceable = [...this.idle].find((member) => hasRoom || member.functionName === functionName);
      if (hasRoom && all.length < IN_ALL) {
        const member = { key, functionName, environment: create() };
        this.busy.add(member);
        member.environment.ended.then(() => this.end(member));
        return member;
      }
      if (replaceable) await this.end(replaceable);
      else await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    throw new Error('the local cloud stops');
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
    member.idleTimer = setTimeout(() => this.end(member), IDLE_MILLIS).unref();
  }

  private async end(member: Member): Promise<void> {
    clearTimeout(member.idleTimer);
    this.idle.delete(member);
    await member.environment.end();
  }
}
