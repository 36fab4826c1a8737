import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The metrics of the App; `docs/operate.md` says which ones to watch. */
export interface Metrics {
  credentialsAccepted: Gauge;
  missingPermissions: Gauge<'permission'>;
  deliveries: Counter<'event' | 'outcome'>;
  reviews: Counter<'outcome'>;
  reviewSeconds: Histogram;
  overLimit: Counter;
  effects: Counter<'effect'>;
  requests: Counter<'method' | 'status'>;
  notices: Counter<'channel' | 'outcome'>;
  /** The metrics in Prometheus' text format. */
  show(): Promise<string>;
  /** The content type of that format. */
  contentType: string;
}

/** What the metrics ask for at each scrape. */
interface MetricSources {
  version: string;
  /** Counts the jobs of the queue by state. */
  jobCounts: () => Promise<Record<string, number>>;
  /** For how many seconds the oldest pull request that could be reviewed has been waiting. */
  oldestJobSeconds: () => Promise<number>;
  isReady: () => Promise<boolean>;
}

/** The metrics of the process (`process_*`, `nodejs_*`) have their conventional names. */
export function createMetrics({
  version,
  jobCounts,
  oldestJobSeconds,
  isReady,
}: MetricSources): Metrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  new Gauge({
    name: 'gatehouse_build_info',
    help: 'Always 1; the label has the version',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  new Gauge({
    name: 'gatehouse_ready',
    help: '1 if /readyz answers 200, 0 if it answers 503',
    registers,
    async collect() {
      this.set((await isReady()) ? 1 : 0);
    },
  });
  new Gauge({
    name: 'gatehouse_oldest_job_seconds',
    help: 'How long the oldest pull request that could be reviewed has been waiting, in seconds',
    registers,
    async collect() {
      // Without a value if the database does not answer: the other metrics still have theirs.
      const seconds = await oldestJobSeconds().catch(() => undefined);
      if (seconds === undefined) this.remove();
      else this.set(seconds);
    },
  });
  new Gauge({
    name: 'gatehouse_jobs',
    help:
      'Pull requests that wait for a review, wait for another attempt, or are being reviewed; ' +
      'and sweeps, advances of the trains, sendings of notices and indexes of catalogs that are ' +
      'due or running. Counts the jobs of all processes',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset();
      const counts = await jobCounts().catch(() => ({}));
      for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
    },
  });
  return {
    credentialsAccepted: new Gauge({
      name: 'gatehouse_credentials_accepted',
      help: '1 if GitHub accepted the credentials of the App when it was last asked, 0 if not',
      registers,
    }),
    missingPermissions: new Gauge({
      name: 'gatehouse_missing_permissions',
      help: 'How many installations have not granted a permission that app.yml lists',
      labelNames: ['permission'],
      registers,
    }),
    deliveries: new Counter({
      name: 'gatehouse_deliveries_total',
      help:
        'Webhook deliveries: new, repeated, or refused (which includes requests that are not from ' +
        'GitHub)',
      labelNames: ['event', 'outcome'],
      registers,
    }),
    reviews: new Counter({
      name: 'gatehouse_reviews_total',
      help:
        'Reviews by outcome: done, moved (the head changed), rejected (GitHub rejected an effect), ' +
        'failed (will be tried again), given up, put off, gone (nothing to review)',
      labelNames: ['outcome'],
      registers,
    }),
    reviewSeconds: new Histogram({
      name: 'gatehouse_review_seconds',
      help: 'Duration of reviews in seconds',
      buckets: [0.25, 0.5, 1, 2, 5, 10, 20, 60, 300],
      registers,
    }),
    overLimit: new Counter({
      name: 'gatehouse_over_limit_total',
      help:
        'Reviews that exceeded their time or memory limit and continued without their most ' +
        'expensive parts',
      registers,
    }),
    effects: new Counter({
      name: 'gatehouse_effects_total',
      help: 'Effects that were applied to pull requests',
      labelNames: ['effect'],
      registers,
    }),
    requests: new Counter({
      name: 'gatehouse_github_requests_total',
      help:
        'Requests to GitHub by the status of the response; ' +
        'a request with immediate retries counts once',
      labelNames: ['method', 'status'],
      registers,
    }),
    notices: new Counter({
      name: 'gatehouse_notices_total',
      help:
        'Attempts to send a notice by outcome: sent, failed (will be tried again), postponed (to ' +
        'the hours of its recipient), dropped',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
    show: () => register.metrics(),
    contentType: register.contentType,
  };
}
