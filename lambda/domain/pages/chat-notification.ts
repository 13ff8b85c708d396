import type { Message } from './message';

/**
 * A message as a custom notification of Amazon Q Developer in chat applications, which posts it to Slack or
 * Microsoft Teams: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html. It leaves out
 * every other message that is not one of an AWS service.
 */
export interface ChatNotification {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps?: readonly string[];
  };
  readonly metadata: {
    /** Notifications of one cause are in one thread. */
    readonly threadId?: string;
    readonly summary: string;
  };
}

/**
 * Far below the limits of the service: a chat shows what a person reads at once, and the mail has the rest.
 */
const LONGEST_TITLE = 200;
const LONGEST_DESCRIPTION = 3000;
const LONGEST_STEP = 300;
const LONGEST_THREAD = 200;

const STEP = 'What to do: ';

export function chatNotification({ subject, text, cause }: Message): ChatNotification {
  const lines = text.split('\n');
  const steps = lines.filter((line) => line.startsWith(STEP)).map((line) => line.slice(STEP.length));
  const others = lines.filter((line) => !line.startsWith(STEP));
  return {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: shortened(subject, LONGEST_TITLE),
      description: shortened(others.map(literal).join('\n'), LONGEST_DESCRIPTION),
      ...(steps.length > 0 && { nextSteps: steps.map((step) => shortened(literal(step), LONGEST_STEP)) }),
    },
    metadata: {
      ...(cause !== undefined && { threadId: cause.slice(-LONGEST_THREAD) }),
      summary: shortened(subject, LONGEST_TITLE),
    },
  };
}

/** Names of features and categories must not mention a channel, or become a link: `<!channel>`. */
function literal(text: string): string {
  return text.replace(/[<>]/g, (sign) => (sign === '<' ? '&lt;' : '&gt;'));
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`;
}
