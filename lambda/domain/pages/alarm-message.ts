import { printable } from './drift/drift-words';

/** What a message about an alarm of the monitor is made of. */
export interface AlarmMessageProps<Document> {
  readonly pipelineName: string;
  /** As CloudWatch reports the change of its state. */
  readonly alarm: { readonly name: string; readonly reason: string };
  /** The newest report, or why it is missing. */
  readonly report: { readonly document: Document; readonly uri: string } | { readonly problem: string };
  /** When the version came into production. @default - it is unknown */
  readonly servingSince?: Date | undefined;
  /** What people can do, in whole sentences. */
  readonly remedy: string;
  /** URI of the runbook's section. @default - no runbook */
  readonly runbook?: string | undefined;
}

/** The last lines of such a message, but for the report: what to do, and which alarm it is about. */
export function alarmLines({
  alarm,
  remedy,
  runbook,
}: Pick<AlarmMessageProps<unknown>, 'alarm' | 'remedy' | 'runbook'>): string[] {
  return [
    `What to do: ${remedy}`,
    `Alarm: ${printable(alarm.name)}: ${printable(alarm.reason)}`,
    ...(runbook === undefined ? [] : [`Runbook: ${runbook}`]),
  ];
}

/** Why a report is missing, as far as a message has room for it. */
export function problemInWords(problem: string): string {
  return printable(problem).slice(0, LONGEST_PROBLEM);
}

const LONGEST_PROBLEM = 500;
