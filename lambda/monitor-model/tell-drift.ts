import { type NoticeContext, notifyOfAlarm } from '../aws/alarm-notice';
import { driftMessage } from '../domain/pages/drift/drift-message';
import { type DriftDocument, driftDocument } from '../domain/traffic/drift-document';

/**
 * Notifies people of a drift alarm, in words: which features, by how much, since when. If the report cannot
 * be read, they are notified of that, too. The same event again notifies nobody.
 */
export function tellDrift(event: unknown, context: NoticeContext): Promise<void> {
  return notifyOfAlarm<DriftDocument>(event, {
    ...context,
    report: {
      name: 'drift.json',
      schema: driftDocument,
      isFinding: ({ status }) => status === 'drift',
      page: (key) => key.replace(/json$/, 'html'),
    },
    noted: 'drift-alert.json',
    message: driftMessage,
  });
}
