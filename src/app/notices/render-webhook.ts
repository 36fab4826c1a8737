import type { RideSubject } from '../../notices/notice.ts';
import { noticeText } from '../../notices/render-notice.ts';

/**
 * The body of a webhook, in JSON: `type` is `ride.` and the topic, `text` is what people read, and
 * the rest of `data` depends on the topic.
 * @param repositoryUrl on GitHub
 */
export const renderWebhook = (
  repository: string,
  { topic, at, ride, pull, connector, version, details, ...subject }: RideSubject,
  repositoryUrl: string,
): string =>
  JSON.stringify({
    type: `ride.${topic}`,
    timestamp: at,
    data: {
      ...details,
      repository,
      pull,
      url: `${repositoryUrl}/pull/${pull}`,
      ride,
      connector,
      version,
      text: noticeText({ ...subject, topic, at, ride, pull, connector, version, details }),
    },
  });
