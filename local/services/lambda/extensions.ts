import type { WireRequest, WireResponse } from '../../gateway/protocols/http';
import { type Deferred, deferred } from './deferred';

/** What the Extensions API tells an extension about its function. */
export interface RegistrationDetails {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly handler: string;
  readonly accountId: string;
  /** A new identifier of an extension. */
  uuid(): string;
}

/** Metadata of an invocation that each extension gets: not its payload. */
export interface InvokeEvent {
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number;
  readonly requestId: string;
  readonly invokedFunctionArn: string;
  readonly tracing: { readonly type: 'X-Amzn-Trace-Id'; readonly value: string };
}

interface Extension {
  readonly id: string;
  readonly takesInvocations: boolean;
  /** As AWS names them: between `Registered` and `Ready`, and after each event, the extension works. */
  state: 'Registered' | 'Ready' | 'Running';
  /** The call for the next event, which waits for it. */
  poll: Deferred<(answer: WireResponse) => void>;
}

/** "You can register up to 10 extensions for a function." */
const MOST_EXTENSIONS = 10;

/**
 * Internal extensions of one execution environment, which are parts of its runtime process. What is refused,
 * and in which words, is AWS's own: `agentregister.go`, `agentnext.go` and `middleware.go` of
 * aws/aws-lambda-runtime-interface-emulator.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
export class Extensions {
  private readonly byName = new Map<string, Extension>();
  private isRegistrationOpen = true;

  constructor(private readonly details: RegistrationDetails) {}

  get areRegistered(): boolean {
    return this.byName.size > 0;
  }

  /** Answers a call to the Extensions API; `path` begins after the API's version. */
  async answer(path: string, request: WireRequest): Promise<WireResponse> {
    if (path === '/extension/register' && request.method === 'POST') return this.register(request);
    if (path === '/extension/event/next' && request.method === 'GET') return this.next(request);
    return json(501, {
      errorType: 'NotImplemented',
      errorMessage: `the local cloud does not implement ${request.method} ${path} of the Extensions API`,
    });
  }

  /**
   * The runtime has asked for its first invocation: "Once the main runtime calls Next, it's too late to
   * register".
   */
  closeRegistration(): void {
    this.isRegistrationOpen = false;
  }

  /** Resolves when each extension has asked for its next event: none has anything left to do. */
  async allReady(): Promise<void> {
    await Promise.all([...this.byName.values()].map(({ poll }) => poll.promise));
  }

  /** Gives an event to the extensions that have registered for it. They must all be ready. */
  async invoke(event: InvokeEvent): Promise<void> {
    for (const extension of this.byName.values()) {
      if (!extension.takesInvocations) continue;
      const answer = await extension.poll.promise;
      extension.poll = deferred();
      extension.state = 'Running';
      answer(json(200, { eventType: 'INVOKE', ...event }, { [IDENTIFIER]: extension.id }));
    }
  }

  private register({ headers, body }: WireRequest): WireResponse {
    const name = headers[NAME];
    if (!name) return forbidden('Extension.InvalidExtensionName', 'Empty extension name');
    const events = eventsIn(body);
    if (!events) return forbidden('InvalidRequestFormat', 'the body is no JSON object with a list of events');
    const refused = events.find((event) => event !== 'INVOKE');
    if (refused !== undefined) {
      const reason =
        refused === 'SHUTDOWN' ? 'ShutdownEventNotSupportedForInternalExtension' : 'ErrorInvalidEventType';
      return forbidden('Extension.InvalidEventType', `${refused}: ${reason}`);
    }
    if (!this.isRegistrationOpen) {
      return forbidden('Extension.RegistrationClosed', 'Extension registration closed already');
    }
    if (this.byName.size >= MOST_EXTENSIONS) {
      return forbidden('Extension.TooManyExtensions', `Extension limit (${MOST_EXTENSIONS}) reached`);
    }
    if (this.byName.has(name)) {
      return forbidden('Extension.InvalidExtensionState', 'Extension with this name already registered');
    }
    const { uuid, accountId, ...details } = this.details;
    const id = uuid();
    const takesInvocations = events.length > 0;
    this.byName.set(name, { id, takesInvocations, state: 'Registered', poll: deferred() });
    const features = (headers[FEATURES] ?? '').split(',').map((feature) => feature.trim());
    const answer = { ...details, ...(features.includes('accountId') && { accountId }) };
    return json(200, answer, { [IDENTIFIER]: id });
  }

  private async next({ headers }: WireRequest): Promise<WireResponse> {
    const id = headers[IDENTIFIER];
    if (!id) {
      return forbidden('Extension.MissingExtensionIdentifier', 'Missing Lambda-Extension-Identifier header');
    }
    if (!UUID.test(id)) {
      return forbidden('Extension.InvalidExtensionIdentifier', 'Invalid Lambda-Extension-Identifier');
    }
    const extension = [...this.byName.values()].find((each) => each.id === id);
    if (!extension) return forbidden('Extension.UnknownExtensionIdentifier', `Unknown extension ${id}`);
    if (extension.state === 'Ready') {
      return forbidden(
        'Extension.InvalidExtensionState',
        `State transition from Ready to Ready failed for extension ${id}. Error: State transition is not allowed`,
      );
    }
    extension.state = 'Ready';
    return new Promise((answer) => extension.poll.resolve(answer));
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NAME = 'lambda-extension-name';
const IDENTIFIER = 'lambda-extension-identifier';
const FEATURES = 'lambda-extension-accept-feature';

/** The events to register for: none without a list. Undefined if the body is no registration. */
function eventsIn(body: Buffer): string[] | undefined {
  try {
    const { events } = JSON.parse(body.toString()) as { events?: unknown };
    if (events === undefined) return [];
    return Array.isArray(events) ? events.map(String) : undefined;
  } catch {
    return undefined;
  }
}

function forbidden(errorType: string, errorMessage: string): WireResponse {
  return json(403, { errorType, errorMessage });
}

function json(status: number, content: object, headers: Readonly<Record<string, string>> = {}): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(content),
  };
}
