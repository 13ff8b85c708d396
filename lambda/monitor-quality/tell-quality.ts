import { type NoticeContext, notifyOfAlarm } from '../aws/alarm-notice';
import { qualityMessage } from '../domain/pages/quality/quality-message';
import { fallenParts } from '../domain/quality/judge-quality';
import { type QualityDocument, qualityDocument } from '../domain/quality/quality-document';

/**
 * Notifies people of a quality alarm, in words: what has fallen, where, by how much, since when. If the
 * report cannot be read, they are notified of that, too. The same event again notifies nobody.
 */
export function tellQuality(event: unknown, context: NoticeContext): Promise<void> {
  return notifyOfAlarm<QualityDocument>(event, {
    ...context,
    report: {
      name: 'quality.json',
      schema: qualityDocument,
      page: (key) => key.replace(/json$/, 'html'),
      isFinding: (document) => fallenParts(document).length > 0,
    },
    noted: 'quality-alert.json',
    message: qualityMessage,
  });
}
