import { rideSection } from '../../release/render-ride.ts';
import { trainFeedUrl } from '../../release/train-feed-url.ts';
import { docsSite } from '../../shared/project.ts';
import { rejectionOf } from '../facts/rejected-effect.ts';
import { shownTrain } from '../facts/train.ts';
import type { Facts } from '../model/facts.ts';
import { listed, shortSha } from '../model/markdown.ts';
import { formatRepositoryName } from '../model/repository-name.ts';

/**
 * Where the versions of a pull request are, one section for each connector. Undefined if
 * none of them is on its way through the rings.
 */
export function trainSection(facts: Facts): string | undefined {
  const { snapshot } = facts;
  const train = shownTrain(facts);
  const [first] = train?.rides ?? [];
  if (!train || !first) return undefined;
  const { calendar, rides, others, waiting } = train;
  const sections = rides.map((view) =>
    rideSection(view, calendar, snapshot.now, {
      namesConnector: rides.length > 1,
      others,
      waiting,
      isPreviewRefused: rejectionOf(snapshot)?.effect === 'create-deployment',
      feedUrl: feedUrlOf(facts),
    }),
  );
  const versions = [...new Set(rides.map(({ ride }) => ride.version))];
  const footer = [
    `${versions.length === 1 ? 'version' : 'versions'} ${listed(versions)}`,
    `${first.isMerged ? 'merged as' : 'deployed before the merge:'} ${shortSha(first.ride.sha)}`,
    `times are ${calendar.zoneName}`,
    `[what is this?](${docsSite}pull-requests#after-the-merge)`,
  ];
  return [...sections, `<sub>${footer.join(' · ')}</sub>`].join('\n\n');
}

/** Only of a public repository, because the server shows no other. */
const feedUrlOf = ({ snapshot: { publicUrl, isPublic, repository } }: Facts): string | undefined =>
  publicUrl !== undefined && isPublic
    ? trainFeedUrl(publicUrl, formatRepositoryName(repository))
    : undefined;
