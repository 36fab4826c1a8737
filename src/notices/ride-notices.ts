import type { Calendar } from '../release/calendar.ts';
import type { Instant } from '../release/civil-date.ts';
import type { RideView } from '../release/fold-ride.ts';
import type { RideEvent } from '../release/ride.ts';
import type { NewNotice, NewsTopic, RideNotices, RideSubject } from './notice.ts';
import { isNewTurn, newsOfEvents, newsOfTime, type News } from './ride-news.ts';
import { mailTime, subscriberCalendar, type Subscription } from './subscription.ts';

/** A target of webhooks, without its address. */
export interface WebhookFilter {
  id: string;
  topics: readonly NewsTopic[];
}

/** Who may be told about the rides of a repository. */
export interface Audience {
  subscriptions: readonly Subscription[];
  webhooks: readonly WebhookFilter[];
  /** The login of the author of the pull request; undefined if it is not known. */
  author: string | undefined;
}

/** A ride, without and with the events that nobody was told about, at the same time. */
export interface RideChange {
  before: RideView;
  after: RideView;
  /** All events, in the order of `seq`. */
  events: readonly RideEvent[];
  /** How many of them are in `before`. */
  noticed: number;
}

/**
 * A ride has at most this many comments of their own, of which the last is for how it ends.
 */
export const maxComments = 4;

/** Who is told what about a ride, and when. The same notice has the same key each time. */
export function rideNotices(
  { before, after, events, noticed }: RideChange,
  audience: Audience,
  calendar: Calendar,
  now: Instant,
): RideNotices {
  const last = events.length > noticed ? events.at(-1) : undefined;
  const news = [
    ...(last ? newsOfEvents(before, after, last.by, calendar, now) : []),
    ...newsOfTime(after, calendar, now),
  ];
  const people = peopleOf(audience.author, events);
  return {
    notices: news.flatMap((each) => [
      ...commentOf(each, after, now),
      ...mailOf(each, after, audience.subscriptions, people, calendar, now),
      ...webhooksOf(each, after, audience.webhooks, now),
    ]),
    isTurnOver: isNewTurn(before.turn, after.turn),
  };
}

/** Logins, in lower case, of who took part in a ride. */
interface People {
  author: string | undefined;
  others: ReadonlySet<string>;
}

const peopleOf = (author: string | undefined, events: readonly RideEvent[]): People => ({
  author: author?.toLowerCase(),
  others: new Set(events.map(({ by }) => by.toLowerCase())),
});

function subjectOf(news: News, { ride }: RideView, now: Instant, isYourTurn = false): RideSubject {
  const { topic, title, lines, details } = news;
  return {
    kind: 'ride',
    topic,
    title,
    lines,
    isYourTurn,
    ride: ride.id,
    pull: ride.pull,
    connector: ride.folder,
    version: ride.version,
    at: now,
    details,
  };
}

const keyOf = (news: News, { ride }: RideView, recipient: string): string =>
  `${ride.id}/${news.key}/${recipient}`;

function commentOf(news: News, view: RideView, now: Instant): NewNotice[] {
  if (!news.comment) return [];
  return [
    {
      key: keyOf(news, view, 'github'),
      channel: 'github',
      recipient: 'pull',
      subject: subjectOf(news, view, now),
      dueAt: now,
      inDigest: false,
      maxComments: news.comment === 'end' ? maxComments : maxComments - 1,
    },
  ];
}

const webhooksOf = (
  news: News,
  view: RideView,
  webhooks: readonly WebhookFilter[],
  now: Instant,
): NewNotice[] =>
  webhooks
    .filter(({ topics }) => topics.includes(news.topic))
    .map(({ id }) => ({
      key: keyOf(news, view, `webhook:${id}`),
      channel: 'webhook',
      recipient: id,
      subject: subjectOf(news, view, now),
      dueAt: now,
      inDigest: false,
    }));

function mailOf(
  news: News,
  view: RideView,
  subscriptions: readonly Subscription[],
  { author, others }: People,
  calendar: Calendar,
  now: Instant,
): NewNotice[] {
  return subscriptions.flatMap((subscription): NewNotice[] => {
    const { login, role } = subscription;
    const isAuthor = login === author;
    const isMaintainer = role === 'maintainer' || (others.has(login) && !isAuthor);
    const isConcerned = isAuthor || isMaintainer;
    if (!isConcerned || login === news.by?.toLowerCase()) return [];
    const isTheirTurn =
      (news.turn === 'publisher' && isAuthor) || (news.turn === 'maintainer' && isMaintainer);
    const isInAudience =
      news.audience === 'everyone' || (news.audience === 'maintainers' && isMaintainer);
    if (!isTheirTurn && !isInAudience) return [];
    return [
      {
        key: keyOf(news, view, `mail:${login}`),
        channel: 'mail',
        recipient: login,
        subject: subjectOf(news, view, now, isTheirTurn),
        dueAt: isTheirTurn
          ? mailTime(now, subscriberCalendar(subscription, calendar.settings))
          : now,
        inDigest: !isTheirTurn,
      },
    ];
  });
}
