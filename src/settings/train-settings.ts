import type { ConnectorClass } from '../connector/connector.ts';

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof weekdays)[number];

/** What a release does to the connector. */
export const releaseKinds = ['new', 'major', 'minor'] as const;
export type ReleaseKind = (typeof releaseKinds)[number];

/**
 * What a version does while an earlier version of the same connector is in flight: it boards the
 * train after, the earlier one stops where it is, or it waits until a maintainer decides.
 */
export const secondVersionNames = ['stack', 'supersede', 'hold'] as const;
export type SecondVersion = (typeof secondVersionNames)[number];

/** When a connector is deployed. */
export type DeployTime = 'after-merge' | 'before-merge';

/** What is expected of the publisher who tests the preview. */
export interface PreviewSettings {
  /** Business days that the publisher has. */
  answerWithin: number;
  /** Whether the publisher must say what was tested; `none`: nobody has to test. */
  evidence: 'required' | 'optional' | 'none';
}

/** How merged connectors are deployed: a train of rings, one ring a day. */
export interface TrainSettings {
  /** The IANA time zone of all dates and times. */
  zone: string;
  departs: DepartureSettings;
  /** When the first ring starts: on the day of the departure, or on the deployment day after it. */
  first: 'departure' | 'next-day';
  /** The federal holidays of the United States, or dates (`YYYY-MM-DD`). */
  holidays: 'us-federal' | readonly string[];
  /** Whether a release may start that a freeze would stop between two rings. */
  stranding: Readonly<Record<ReleaseKind, 'avoid' | 'allow'>>;
  /** What a second version does, if nobody says otherwise. */
  secondVersion: Readonly<Record<ReleaseKind, SecondVersion>>;
  /** The setting `preview`, which a file has beside `train`. The state of a ride depends on it. */
  preview: PreviewSettings;
  /** In the order of deployment. Without rings there is no train. */
  rings: readonly RingSettings[];
  /** Deployment days between the success of a ring and the start of the next, besides the usual. */
  soak: number;
  /** Deployment days after which a ring that neither succeeded nor failed is late. */
  late: number;
  freezes: readonly Freeze[];
}

export interface DepartureSettings {
  weekday: Weekday;
  /** The time of day at which rings start, `HH:MM`. */
  at: string;
  /** A version boards the train if it is ready this many hours before the departure: `24h`. */
  notice: string;
  /** What happens if the weekday is a holiday: the next deployment day, or no train. */
  onHoliday: 'shift' | 'skip';
}

export interface RingSettings {
  /** The name of the ring, and of its environment on GitHub. */
  name: string;
  /** What people read. */
  regions: readonly string[];
  /** Replaces `soak` of the train. */
  soak?: number;
}

/** What a freeze applies to. */
export type FreezeScope =
  | 'all'
  | { class: ConnectorClass }
  /** The path of a connector's folder. */
  | { connector: string }
  /** The name of a ring. */
  | { ring: string };

/** Days on which no ring starts. What is being deployed goes on, and a rollback is possible. */
export interface Freeze {
  /** The first and the last day, `YYYY-MM-DD`. */
  from: string;
  to: string;
  reason: string;
  /** Everything if it is left out. */
  scope?: FreezeScope;
}

/** Business days as a file has them: `2 business days`, or 2. */
export type BusinessDays = number | string;

/** What a settings file sets of the preview. */
export type PreviewInput = Partial<Omit<PreviewSettings, 'answerWithin'>> & {
  answerWithin?: BusinessDays;
};

/** What a settings file sets of the train. */
export type TrainInput = Partial<
  Omit<
    TrainSettings,
    'departs' | 'stranding' | 'secondVersion' | 'preview' | 'rings' | 'soak' | 'late'
  >
> & {
  departs?: Partial<DepartureSettings>;
  stranding?: Partial<TrainSettings['stranding']>;
  secondVersion?: Partial<TrainSettings['secondVersion']>;
  preview?: PreviewInput;
  rings?: readonly (Omit<RingSettings, 'soak'> & { soak?: BusinessDays })[];
  soak?: BusinessDays;
  late?: BusinessDays;
};

/** Adds to a train what a file sets. */
export const mergeTrain = (train: TrainSettings, input: TrainInput = {}): TrainSettings => {
  const { answerWithin, ...preview } = input.preview ?? {};
  return {
    ...train,
    ...input,
    departs: { ...train.departs, ...input.departs },
    stranding: { ...train.stranding, ...input.stranding },
    secondVersion: { ...train.secondVersion, ...input.secondVersion },
    preview: {
      ...train.preview,
      ...preview,
      ...(answerWithin !== undefined && { answerWithin: businessDaysOf(answerWithin) }),
    },
    rings: (input.rings ?? train.rings).map(({ soak, ...ring }) => ({
      ...ring,
      ...(soak !== undefined && { soak: businessDaysOf(soak) }),
    })),
    soak: businessDaysOf(input.soak ?? train.soak),
    late: businessDaysOf(input.late ?? train.late),
  };
};

/** The number in `2 business days`. */
export const businessDaysOf = (days: BusinessDays): number =>
  typeof days === 'number' ? days : Number.parseInt(days);
